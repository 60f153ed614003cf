import type { Column, Identity } from '../../schema/kinds/column.js';
import { NONE, collationIfNot, coveredRelation, notOfExtension, privileges, since } from '../fragments.js';
import { foreignOptions } from '../foreign-options.js';
import { generatedName } from '../generated-name.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { omitDefaults, type ReadScope, type Reader } from '../reader.js';
import { sequenceColumns, sequenceOptions, type SequenceRow } from './sequence.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly relation: string;
  readonly relkind: string;
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly max_length: number | null;
  readonly not_null: boolean;
  readonly expression: string | null;
  readonly more: MoreRow | null;
}

/**
 * Facts that few columns have. In a large schema, the absent facts of all columns would make up most of the answer.
 */
interface MoreRow {
  readonly not_null_valid: boolean | null;
  readonly not_null_no_inherit: boolean | null;
  readonly generated: string;
  readonly identity: string;
  readonly sequence: (SequenceRow & { readonly name: string; readonly unlogged: boolean }) | null;
  readonly collation: string | null;
  readonly storage: string | null;
  readonly compression: string;
  readonly statistics: number | null;
  readonly options: readonly string[] | null;
  readonly foreign_options: readonly string[] | null;
  readonly inherited: boolean;
  readonly acl: AclRow | null;
  readonly comment: string | null;
}

const STORAGE: Readonly<Record<string, string>> = { p: 'plain', e: 'external', m: 'main', x: 'extended' };
const COMPRESSION: Readonly<Record<string, string>> = { p: 'pglz', l: 'lz4' };

/**
 * `information_schema`'s character_maximum_length, for the types that have a plain length (varchar, char, bit,
 * varbit).
 */
const maxLength = `CASE WHEN a.atttypid IN ('1042', '1043') AND a.atttypmod > 4 THEN a.atttypmod - 4
  WHEN a.atttypid IN ('1560', '1562') AND a.atttypmod > 0 THEN a.atttypmod END`;

/** The column is inherited and not declared again. */
const inherited = 'a.attinhcount > 0 AND NOT a.attislocal AND NOT c.relispartition';

/** The sequence of an identity column, as JSON. Few columns have one: a join would take longer. */
const identitySequence = `
  (SELECT pg_catalog.row_to_json(q) FROM (
    SELECT sc.relname AS name, sc.relpersistence = 'u' AND c.relpersistence <> 'u' AS unlogged, ${sequenceColumns('s')}
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class sc ON sc.oid = d.objid JOIN pg_catalog.pg_sequence s ON s.seqrelid = sc.oid
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i') q)`;

const more = (coverage: ReadScope) => `
  SELECT ${since(coverage, 18, 'nn.convalidated', 'NULL::pg_catalog.bool')} AS not_null_valid, ${since(coverage, 18, 'nn.connoinherit', 'NULL::pg_catalog.bool')} AS not_null_no_inherit,
    a.attgenerated AS generated, a.attidentity AS identity,
    CASE WHEN a.attidentity <> '' THEN ${identitySequence} END AS sequence,
    ${collationIfNot('a.attcollation', 't.typcollation')} AS collation,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage, a.attcompression AS compression,
    nullif(a.attstattarget, -1) AS statistics, a.attoptions AS options, a.attfdwoptions AS foreign_options,
    ${inherited} AS inherited, ${privileges('a.attacl', 'c', 'c.relowner')} AS acl, des.description AS comment`;

const hasMore = (coverage: ReadScope) => `a.attgenerated <> '' OR a.attidentity <> ''
  OR a.attcollation <> t.typcollation OR a.attstorage <> t.typstorage OR a.attcompression <> '' OR coalesce(a.attstattarget, -1) <> -1
  OR a.attoptions IS NOT NULL OR a.attfdwoptions IS NOT NULL OR a.attacl IS NOT NULL OR des.description IS NOT NULL OR ${inherited}
  ${since(coverage, 18, 'OR NOT nn.convalidated OR nn.connoinherit', '')}`;

export const column: Reader<Column, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS relation, c.relkind, a.attname AS name, a.attnum AS number,
      pg_catalog.format_type(a.atttypid, CASE WHEN ${maxLength} IS NULL THEN a.atttypmod END) AS type, ${maxLength} AS max_length,
      a.attnotnull AS not_null, pg_catalog.pg_get_expr(ad.adbin, CASE WHEN a.attgenerated <> '' THEN ad.adrelid ELSE ${NONE} END) AS expression,
      CASE WHEN ${hasMore(coverage)} THEN (SELECT pg_catalog.row_to_json(m) FROM (${more(coverage)}) m) END AS more
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
      LEFT JOIN pg_catalog.pg_description des ON des.objoid = a.attrelid AND des.objsubid = a.attnum
        AND des.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      ${since(coverage, 18, `LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum`, '')}
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
      AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}
      AND (c.relkind <> 'c' OR ${notOfExtension('pg_type', 'c.reltype')})`,
  ordinal: ({ number }) => number,
  map: (row) => {
    const { more: own } = row;
    const isView = row.relkind === 'v' || row.relkind === 'm';
    const isGenerated = own !== null && own.generated !== '';
    const mapped = omitDefaults<Column>({
      schema: row.schema,
      relation: row.relation,
      name: row.name,
      type: isView ? undefined : row.type,
      maxLength: isView ? undefined : row.max_length,
      notNull: isView ? undefined : notNull(row),
      default: isGenerated ? undefined : row.expression,
      ...(own && moreFacts(row, own, isView)),
    });
    // The definition of a view lists its columns. The report contains only the facts that the definition does not
    // show.
    return isView && Object.keys(mapped).length === 3 ? undefined : mapped;
  },
};

const moreFacts = (row: Row, own: MoreRow, isView: boolean) => ({
  identity: identity(row, own),
  generated: generated(row, own),
  collation: isView ? undefined : own.collation,
  storage: row.relkind === 'v' ? undefined : STORAGE[own.storage ?? ''],
  compression: COMPRESSION[own.compression],
  statistics: own.statistics,
  options: sorted(own.options),
  foreignOptions: foreignOptions(own.foreign_options),
  inherited: own.inherited,
  ...privilegesOf(own.acl),
  comment: own.comment,
});

function notNull(row: Row): Column['notNull'] {
  if (!row.not_null) return undefined;
  if (row.more?.not_null_valid === false) return 'not valid';
  return row.more?.not_null_no_inherit === true ? 'no inherit' : true;
}

function identity({ relation, name }: Row, { identity: kind, sequence }: MoreRow): Identity | undefined {
  if (!sequence || (kind !== 'a' && kind !== 'd')) return undefined;
  return omitDefaults<Identity>({
    generated: kind === 'a' ? 'always' : 'by default',
    ...sequenceOptions(sequence),
    sequence: sequence.name === generatedName(relation, name, 'seq') ? undefined : sequence.name,
    unlogged: sequence.unlogged,
  });
}

function generated({ expression }: Row, { generated: kind }: MoreRow): Column['generated'] {
  if (kind === '' || expression === null) return undefined;
  return { kind: kind === 'v' ? 'virtual' : 'stored', expression };
}
