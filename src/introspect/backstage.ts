import type { Column } from '../schema/kinds/column.js';
import type { Index } from '../schema/kinds/index-definition.js';
import type { Sequence } from '../schema/kinds/sequence.js';
import type { Table } from '../schema/kinds/table.js';
import { FIRST_NORMAL_OID, NONE, columnNames, coveredRelation } from './fragments.js';
import { omitDefaults, type ReadScope, type Reader } from './reader.js';

/**
 * What the format `backstage` knows of a schema, and no more: the facts of `information_schema`, read from the
 * catalogs beneath it.
 */

/** In a small database, most rows of a catalog are of objects that initdb made: an index on the OID finds the others. */
const among = ({ isSmall = false }: ReadScope, oid: string) =>
  isSmall ? `${oid} >= ${FIRST_NORMAL_OID} AND` : '';

const table: Reader<Table, Table> = {
  sql: (coverage) => `
    SELECT 'public' AS schema, c.relname AS name FROM pg_catalog.pg_class c
    WHERE ${among(coverage, 'c.oid')} c.relkind IN ('r', 'p') AND ${coveredRelation(coverage, 'c')}`,
  map: ({ schema, name }) => ({ schema, name }),
};

interface ColumnRow {
  readonly schema: string;
  readonly relation: string;
  readonly name: string;
  readonly type: string;
  readonly max_length: number | null;
  readonly not_null: boolean;
  readonly default: string | null;
}

/** `information_schema.columns`: data_type, character_maximum_length, column_default. PostgreSQL manual, 35.17. */
const column: Reader<Column, ColumnRow> = {
  sql: (coverage) => `
    SELECT 'public' AS schema, c.relname AS relation, a.attname AS name,
      CASE WHEN base.typelem <> ${NONE} AND base.typlen = -1 THEN 'ARRAY'
        WHEN base.typnamespace = 'pg_catalog'::pg_catalog.regnamespace THEN pg_catalog.format_type(base.oid, NULL)
        ELSE 'USER-DEFINED' END AS type,
      CASE WHEN base.oid IN ('1042', '1043') AND modifier.value <> -1 THEN modifier.value - 4
        WHEN base.oid IN ('1560', '1562') AND modifier.value <> -1 THEN modifier.value END AS max_length,
      a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS not_null,
      CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END AS default
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      JOIN pg_catalog.pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
      CROSS JOIN LATERAL (SELECT CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS value) modifier
      LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    WHERE ${among(coverage, 'c.oid')} a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND ${coveredRelation(coverage, 'c')}
    ORDER BY c.relname, a.attname`,
  map: ({ max_length: maxLength, not_null: notNull, ...row }) =>
    omitDefaults<Column>({ ...row, maxLength, notNull }),
};

interface IndexRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly is_unique: boolean;
  readonly is_primary: boolean;
}

/** Indexes of ordinary tables: their columns in order, those that are only included too, expressions left out. */
const index: Reader<Index, IndexRow> = {
  sql: (coverage) => `
    SELECT 'public' AS schema, c.relname AS table, ic.relname AS name,
      ${columnNames('i.indrelid', 'i.indkey')} AS columns,
      i.indisunique AS is_unique, i.indisprimary AS is_primary
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
    WHERE ${among(coverage, 'i.indrelid')} c.relkind = 'r' AND ${coveredRelation(coverage, 'c')}`,
  map: ({ columns, is_unique: isUnique, is_primary: isPrimary, ...row }) =>
    columns.length === 0
      ? undefined
      : omitDefaults<Index>({
          ...row,
          keys: columns.map((name) => ({ column: name })),
          unique: isPrimary ? 'primary key' : isUnique && 'index',
        }),
};

interface SequenceRow {
  readonly schema: string;
  readonly name: string;
  readonly type: string;
}

/** `information_schema.sequences`: those of identity columns are not among them. */
const sequence: Reader<Sequence, SequenceRow> = {
  sql: (coverage: ReadScope) => `
    SELECT 'public' AS schema, c.relname AS name, pg_catalog.format_type(s.seqtypid, NULL) AS type
    FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
    WHERE ${among(coverage, 's.seqrelid')} ${coveredRelation(coverage, 'c')}
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend i WHERE i.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND i.objid = c.oid AND i.deptype = 'i')`,
  map: ({ schema, name, type }) => ({ schema, name, dataType: type }),
};

/** How the kinds that the format `backstage` knows are read for it. */
export const BACKSTAGE_READERS = { sequence, table, column, index };
