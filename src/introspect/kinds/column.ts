import type { Column, Identity } from '../../schema/kinds/column.js';
import { collationIfNot, coveredRelation, notOfExtension, privileges, since } from '../fragments.js';
import { generatedName } from '../generated-name.js';
import { privilegesOf, type AclRow } from '../privileges.js';
import { facts, type Reader } from '../reader.js';
import { sequenceColumns, sequenceOptions, type SequenceRow } from './sequence.js';
import { sorted } from './table.js';

interface Row {
  readonly schema: string;
  readonly relation: string;
  readonly relkind: string;
  readonly name: string;
  readonly type: string;
  readonly max_length: number | null;
  readonly not_null: boolean;
  readonly not_null_valid: boolean | null;
  readonly not_null_no_inherit: boolean | null;
  readonly expression: string | null;
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

/** `information_schema`'s character_maximum_length, for types that have it plainly (varchar, char, bit, varbit). */
const maxLength = `CASE WHEN a.atttypid IN (1042, 1043) AND a.atttypmod > 4 THEN a.atttypmod - 4
  WHEN a.atttypid IN (1560, 1562) AND a.atttypmod > 0 THEN a.atttypmod END`;

export const column: Reader<Column, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS relation, c.relkind, a.attname AS name,
      pg_catalog.format_type(a.atttypid, CASE WHEN ${maxLength} IS NULL THEN a.atttypmod END) AS type, ${maxLength} AS max_length,
      a.attnotnull AS not_null,
      ${since(coverage, 18, 'nn.convalidated', 'NULL::boolean')} AS not_null_valid, ${since(coverage, 18, 'nn.connoinherit', 'NULL::boolean')} AS not_null_no_inherit,
      pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) AS expression, a.attgenerated AS generated, a.attidentity AS identity,
      CASE WHEN a.attidentity <> '' THEN (SELECT pg_catalog.row_to_json(q) FROM (
        SELECT sc.relname AS name, sc.relpersistence = 'u' AND c.relpersistence <> 'u' AS unlogged, ${sequenceColumns('s')}
        FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class sc ON sc.oid = d.objid JOIN pg_catalog.pg_sequence s ON s.seqrelid = sc.oid
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i') q) END AS sequence,
      ${collationIfNot('a.attcollation', 't.typcollation')} AS collation,
      CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END AS storage, a.attcompression AS compression,
      nullif(a.attstattarget, -1)::integer AS statistics, a.attoptions AS options, a.attfdwoptions AS foreign_options,
      a.attinhcount > 0 AND NOT a.attislocal AND NOT c.relispartition AS inherited,
      ${privileges('a.attacl', 'c', 'c.relowner')} AS acl, des.description AS comment
    FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
      LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
      LEFT JOIN pg_catalog.pg_description des ON des.objoid = a.attrelid AND des.objsubid = a.attnum
        AND des.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
      ${since(coverage, 18, `LEFT JOIN pg_catalog.pg_constraint nn ON nn.conrelid = a.attrelid AND nn.contype = 'n' AND nn.conkey[1] = a.attnum`, '')}
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')
      AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}
    ORDER BY a.attrelid, a.attnum`,
  map: (row) => {
    const isView = row.relkind === 'v' || row.relkind === 'm';
    const mapped = facts<Column>({
      schema: row.schema,
      relation: row.relation,
      name: row.name,
      type: isView ? undefined : row.type,
      maxLength: isView ? undefined : row.max_length,
      notNull: isView ? undefined : notNull(row),
      default: row.generated === '' ? row.expression : undefined,
      identity: identity(row),
      generated: generated(row),
      collation: isView ? undefined : row.collation,
      storage: row.relkind === 'v' ? undefined : STORAGE[row.storage ?? ''],
      compression: COMPRESSION[row.compression],
      statistics: row.statistics,
      options: sorted(row.options),
      foreignOptions: sorted(row.foreign_options),
      inherited: row.inherited,
      ...privilegesOf(row.acl),
      comment: row.comment,
    });
    // A view's text says which columns it has: only what it does not say is told.
    return isView && Object.keys(mapped).length === 3 ? undefined : mapped;
  },
};

function notNull(row: Row): Column['notNull'] {
  if (!row.not_null) return undefined;
  return row.not_null_valid === false ? 'not valid' : row.not_null_no_inherit === true ? 'no inherit' : true;
}

function identity({ relation, name, identity: kind, sequence }: Row): Identity | undefined {
  if (!sequence || (kind !== 'a' && kind !== 'd')) return undefined;
  return facts<Identity>({
    generated: kind === 'a' ? 'always' : 'by default',
    ...sequenceOptions(sequence),
    sequence: sequence.name === generatedName(relation, name, 'seq') ? undefined : sequence.name,
    unlogged: sequence.unlogged,
  });
}

function generated({ generated: kind, expression }: Row): Column['generated'] {
  if (kind === '' || expression === null) return undefined;
  return { kind: kind === 'v' ? 'virtual' : 'stored', expression };
}
