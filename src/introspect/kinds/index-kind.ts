import type { Deferrable, Index, IndexKey } from '../../schema/kinds/index-kind.js';
import type { QualifiedName } from '../../schema/kinds/table.js';
import { columnNames, comment, coveredRelation, notOfExtension, qualifiedName, since } from '../fragments.js';
import { generatedName } from '../generated-name.js';
import { facts, type Reader } from '../reader.js';
import { sorted } from './table.js';

/** A key as `keysOf` gives it. */
export interface KeyRow {
  readonly column: string | null;
  readonly expression: string | null;
  readonly collation: string | null;
  readonly opclass: string | null;
  readonly opclass_options: readonly string[] | null;
  readonly option: number;
  readonly orders: boolean;
  readonly statistics: number | null;
  readonly operator: string | null;
}

/**
 * The keys of an index `i` as JSON. pg_get_indexdef() with a column's number gives an expression without what
 * follows it; operators are those of the exclusion constraint `con`.
 */
export const keysOf = (operators: string) => `
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object(
    'column', ta.attname,
    'expression', CASE WHEN i.indkey[k.n - 1] = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, k.n, false) END,
    'collation', CASE WHEN i.indcollation[k.n - 1] <> 0 AND i.indcollation[k.n - 1] <> coalesce(ta.attcollation, kt.typcollation)
      THEN i.indcollation[k.n - 1]::pg_catalog.regcollation::text END,
    'opclass', CASE WHEN NOT oc.opcdefault OR ia.attoptions IS NOT NULL THEN
      CASE WHEN pg_catalog.pg_opclass_is_visible(oc.oid) THEN pg_catalog.quote_ident(oc.opcname) ELSE pg_catalog.format('%I.%I', ocn.nspname, oc.opcname) END END,
    'opclass_options', ia.attoptions, 'option', i.indoption[k.n - 1], 'orders', oc.opcmethod = 403,
    'statistics', CASE WHEN ia.attstattarget >= 0 THEN ia.attstattarget END,
    'operator', ${operators}) ORDER BY k.n)
  FROM pg_catalog.generate_series(1, i.indnkeyatts::integer) AS k(n)
    JOIN pg_catalog.pg_attribute ia ON ia.attrelid = i.indexrelid AND ia.attnum = k.n
    JOIN pg_catalog.pg_type kt ON kt.oid = ia.atttypid
    JOIN pg_catalog.pg_opclass oc ON oc.oid = i.indclass[k.n - 1] JOIN pg_catalog.pg_namespace ocn ON ocn.oid = oc.opcnamespace
    LEFT JOIN pg_catalog.pg_attribute ta ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[k.n - 1] AND i.indkey[k.n - 1] <> 0)`;

/** The names of the columns that an index `i` includes. */
export const includedColumns = columnNames(
  'i.indrelid',
  `(i.indkey::pg_catalog.int2[])[i.indnkeyatts : i.indnatts - 1]`,
);

export function indexKey(row: KeyRow): IndexKey {
  const descends = (row.option & 1) !== 0;
  const nullsFirst = (row.option & 2) !== 0;
  const nulls = nullsFirst ? 'first' : 'last';
  const parameters = sorted(row.opclass_options)?.map((option) => option.replace(/=(.*)$/s, "='$1'"));
  return facts<IndexKey>({
    column: row.column,
    expression: row.expression === null ? null : withoutParentheses(row.expression),
    collation: row.collation,
    opclass: row.opclass === null ? null : row.opclass + (parameters ? `(${parameters.join(', ')})` : ''),
    descending: row.orders && descends,
    nulls: row.orders && nullsFirst !== descends ? nulls : undefined,
    statistics: row.statistics,
  });
}

/** PostgreSQL puts parentheses around an expression that is no plain function call; the report has its own. */
const withoutParentheses = (text: string) => (text.startsWith('(') ? text.slice(1, -1) : text);

export const deferrable = (
  isDeferrable: boolean | null,
  isDeferred: boolean | null,
): Deferrable | undefined => (isDeferrable ? (isDeferred ? 'initially deferred' : 'deferrable') : undefined);

interface Row {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: string;
  readonly keys: readonly KeyRow[];
  readonly attribute_names: readonly string[];
  readonly include: readonly string[];
  readonly is_unique: boolean;
  readonly contype: string | null;
  readonly nulls_not_distinct: boolean;
  readonly without_overlaps: boolean | null;
  readonly condeferrable: boolean | null;
  readonly condeferred: boolean | null;
  readonly predicate: string | null;
  readonly options: readonly string[] | null;
  readonly tablespace: string | null;
  readonly clustered: boolean;
  readonly replica_identity: boolean;
  readonly valid: boolean;
  readonly parent: QualifiedName | null;
  readonly comment: string | null;
  readonly constraint_comment: string | null;
}

export const index: Reader<Index, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS table, ic.relname AS name, am.amname AS method,
      ${keysOf('NULL')} AS keys, ${includedColumns} AS include,
      ARRAY(SELECT ia.attname::text FROM pg_catalog.pg_attribute ia WHERE ia.attrelid = ic.oid ORDER BY ia.attnum) AS attribute_names,
      i.indisunique AS is_unique, con.contype, ${since(coverage, 15, 'i.indnullsnotdistinct', 'false')} AS nulls_not_distinct,
      ${since(coverage, 18, 'con.conperiod', 'NULL::boolean')} AS without_overlaps, con.condeferrable, con.condeferred,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, ic.reloptions AS options, ts.spcname AS tablespace,
      i.indisclustered AS clustered, i.indisreplident AS replica_identity, i.indisvalid AS valid,
      CASE WHEN ic.relispartition THEN (SELECT ${qualifiedName('pn.nspname', 'p.relname')}
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = ic.oid) END AS parent,
      ${comment('pg_class', 'ic.oid')} AS comment, ${comment('pg_constraint', 'con.oid')} AS constraint_comment
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_am am ON am.oid = ic.relam
      LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
      LEFT JOIN pg_catalog.pg_constraint con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x')
    WHERE c.relkind IN ('r', 'p', 'm') AND con.contype IS DISTINCT FROM 'x'
      AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')} AND ${notOfExtension('pg_class', 'ic.oid')}`,
  map: (row) => {
    const unique = uniqueness(row);
    const label = unique === 'primary key' ? 'pkey' : unique === 'constraint' ? 'key' : 'idx';
    const mapped = facts<Index>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      method: row.method === 'btree' ? undefined : row.method,
      keys: row.keys.map(indexKey),
      include: row.include,
      unique,
      nullsNotDistinct: row.nulls_not_distinct,
      withoutOverlaps: row.without_overlaps,
      deferrable: deferrable(row.condeferrable, row.condeferred),
      predicate: row.predicate,
      options: sorted(row.options),
      tablespace: row.tablespace,
      clustered: row.clustered,
      replicaIdentity: row.replica_identity,
      invalid: !row.valid,
      partitionOf: row.parent,
      comment: row.comment,
      constraintComment: row.constraint_comment,
    });
    return row.parent && isDerived(mapped, row, label) ? undefined : mapped;
  },
};

function uniqueness({ contype, is_unique: isUnique }: Row): Index['unique'] {
  if (contype === 'p') return 'primary key';
  if (contype === 'u') return 'constraint';
  return isUnique ? 'index' : undefined;
}

/** An index that PostgreSQL made for a partition because its parent has one, and that nothing was done to since. */
function isDerived(index: Index, row: Row, label: string): boolean {
  const hasOwnFacts = [
    index.options,
    index.tablespace,
    index.clustered,
    index.replicaIdentity,
    index.invalid,
    index.comment,
    index.constraintComment,
  ].some((fact) => fact !== undefined);
  const columns = label === 'pkey' ? '' : joinNames(row.attribute_names);
  const derived = generatedName(row.table, columns, label);
  const number = row.name.startsWith(derived) ? row.name.slice(derived.length) : undefined;
  return !hasOwnFacts && number !== undefined && /^\d*$/.test(number);
}

/** PostgreSQL's `ChooseIndexNameAddition`: names joined until there are enough bytes. */
function joinNames(names: readonly string[]): string {
  let joined = '';
  for (const name of names) {
    if (joined !== '') joined += '_';
    joined += name;
    if (Buffer.byteLength(joined) >= 64) break;
  }
  return joined;
}
