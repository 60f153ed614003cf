import type { Deferrable, Index } from '../../schema/kinds/index-definition.js';
import type { QualifiedName } from '../../schema/kinds/table.js';
import { comment, coveredRelation, notOfExtension, qualifiedName, since } from '../fragments.js';
import { generatedName } from '../generated-name.js';
import { omitDefaults, type Reader } from '../reader.js';
import { includedColumns, indexKeys, keyColumns, keyNames, type KeysRow } from '../index-keys.js';
import { sorted } from './table.js';

export const deferrable = (
  isDeferrable: boolean | null,
  isDeferred: boolean | null,
): Deferrable | undefined => (isDeferrable ? (isDeferred ? 'initially deferred' : 'deferrable') : undefined);

interface Row extends KeysRow {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly method: string;
  /** Of an index that belongs to one of a partitioned table. */
  readonly attribute_names: readonly string[] | null;
  readonly include: readonly string[] | null;
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
  /** That it differs from the index that it is attached to in what PostgreSQL does not compare. */
  readonly differs: boolean;
  readonly comment: string | null;
  readonly constraint_comment: string | null;
}

const optionsOf = (index: string) => `pg_catalog.textin(pg_catalog.int2vectorout(${index}.indoption))`;

const differsFromParent = `EXISTS (SELECT FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_index pi ON pi.indexrelid = h.inhparent
          LEFT JOIN pg_catalog.pg_constraint pc ON pc.conindid = pi.indexrelid AND pc.contype IN ('p', 'u', 'x')
        WHERE h.inhrelid = ic.oid AND (${optionsOf('pi')} <> ${optionsOf('i')} OR pi.indclass <> i.indclass
          OR pc.contype IS DISTINCT FROM con.contype OR pc.condeferrable IS DISTINCT FROM con.condeferrable
          OR pc.condeferred IS DISTINCT FROM con.condeferred))`;

export const index: Reader<Index, Row> = {
  sql: (coverage) => `
    SELECT n.nspname AS schema, c.relname AS table, ic.relname AS name,
      (SELECT am.amname FROM pg_catalog.pg_am am WHERE am.oid = ic.relam) AS method,
      ${keyColumns}, ${includedColumns} AS include,
      CASE WHEN ic.relispartition THEN ARRAY(SELECT ia.attname::pg_catalog.text FROM pg_catalog.pg_attribute ia WHERE ia.attrelid = ic.oid ORDER BY ia.attnum) END AS attribute_names,
      i.indisunique AS is_unique, con.contype, ${since(coverage, 15, 'i.indnullsnotdistinct', 'false')} AS nulls_not_distinct,
      ${since(coverage, 18, 'con.conperiod', 'NULL::pg_catalog.bool')} AS without_overlaps, con.condeferrable, con.condeferred,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, ic.reloptions AS options, ts.spcname AS tablespace,
      i.indisclustered AS clustered, i.indisreplident AS replica_identity, i.indisvalid AS valid,
      CASE WHEN ic.relispartition THEN (SELECT ${qualifiedName('pn.nspname', 'p.relname')}
        FROM pg_catalog.pg_inherits h JOIN pg_catalog.pg_class p ON p.oid = h.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE h.inhrelid = ic.oid) END AS parent,
      ic.relispartition AND ${differsFromParent} AS differs,
      ${comment('pg_class', 'ic.oid')} AS comment, ${comment('pg_constraint', 'con.oid')} AS constraint_comment
    FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_tablespace ts ON ts.oid = ic.reltablespace
      LEFT JOIN pg_catalog.pg_constraint con ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
      ${keyNames}
    WHERE c.relkind IN ('r', 'p', 'm') AND con.contype IS DISTINCT FROM 'x'
      AND ${coveredRelation(coverage, 'c')} AND ${notOfExtension('pg_class', 'c.oid')}`,
  map: (row) => {
    const unique = uniqueness(row);
    const label = unique === 'primary key' ? 'pkey' : unique === 'constraint' ? 'key' : 'idx';
    const mapped = omitDefaults<Index>({
      schema: row.schema,
      table: row.table,
      name: row.name,
      method: row.method === 'btree' ? undefined : row.method,
      keys: indexKeys(row, row.method === 'btree'),
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
    row.differs || undefined,
    index.keys.find(({ statistics }) => statistics !== undefined),
    index.options,
    index.tablespace,
    index.clustered,
    index.replicaIdentity,
    index.invalid,
    index.comment,
    index.constraintComment,
  ].some((fact) => fact !== undefined);
  const columns = label === 'pkey' ? '' : joinNames(row.attribute_names ?? []);
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
