import { BEGIN, pinned } from '../introspect/settings.js';
import { rowsOf, statements, type Answer, type Connection } from '../introspect/statements.js';

/**
 * What PostgreSQL's own functions look up in the newest catalogs, whatever the transaction's snapshot is. Each is
 * hashed by what identifies its rows and by the transactions that wrote them: a name that changes and changes back
 * leaves its trace. Temporary tables and TOAST come and go, and count for nothing.
 */
const CATALOGS: readonly (readonly [catalog: string, key: string, where?: string])[] = [
  [
    'pg_class',
    'x.oid::bigint',
    `x.relpersistence <> 't' AND x.relnamespace <> 'pg_toast'::pg_catalog.regnamespace`,
  ],
  ['pg_attribute', '(x.attrelid::bigint << 16) + x.attnum', lasting('x.attrelid')],
  ['pg_index', 'x.indexrelid::bigint', lasting('x.indexrelid')],
  ['pg_inherits', '(x.inhrelid::bigint << 32) + x.inhparent::bigint', 'true'],
  ['pg_partitioned_table', 'x.partrelid::bigint', 'true'],
  ['pg_constraint', 'x.oid::bigint', `x.conrelid = 0 OR ${lasting('x.conrelid')}`],
  ['pg_trigger', 'x.oid::bigint', lasting('x.tgrelid')],
  ['pg_rewrite', 'x.oid::bigint', lasting('x.ev_class')],
  [
    'pg_type',
    'x.oid::bigint',
    `x.typrelid = 0 AND x.typelem = 0 OR x.typtype <> 'c' AND x.typcategory <> 'A'`,
  ],
  ['pg_policy', 'x.oid::bigint'],
  ['pg_proc', 'x.oid::bigint'],
  ['pg_operator', 'x.oid::bigint'],
  ['pg_opclass', 'x.oid::bigint'],
  ['pg_collation', 'x.oid::bigint'],
  ['pg_enum', 'x.oid::bigint'],
  ['pg_statistic_ext', 'x.oid::bigint'],
  ['pg_ts_config', 'x.oid::bigint'],
  ['pg_ts_dict', 'x.oid::bigint'],
  ['pg_namespace', 'x.oid::bigint', `x.nspname !~ '^pg_(toast_)?temp_'`],
];

/** Of a relation that is neither temporary nor PostgreSQL's own. */
function lasting(relation: string): string {
  return `${relation} IN (SELECT r.oid FROM lasting r)`;
}

/** Looked up once for all catalogs. */
const LASTING = `lasting AS MATERIALIZED (SELECT r.oid FROM pg_catalog.pg_class r
    WHERE r.relpersistence <> 't' AND r.oid >= 16384 AND r.relnamespace <> 'pg_toast'::pg_catalog.regnamespace)`;

const hashed = ([catalog, key, where = 'true']: (typeof CATALOGS)[number]) =>
  `SELECT '${catalog}' AS catalog, pg_catalog.count(*) AS rows,
    pg_catalog.bit_xor(pg_catalog.hashint8extended(${key}, x.xmin::text::bigint)) AS hash
    FROM pg_catalog.${catalog} x WHERE ${where}`;

/** The SQL of a reading's fingerprint: equal texts from two transactions mean that no definition changed between them. */
export const FINGERPRINT = `SELECT pg_catalog.string_agg(f.catalog || ' ' || f.rows || ' ' || coalesce(f.hash, 0), ',' ORDER BY f.catalog) AS fingerprint
  FROM (WITH ${LASTING}
  ${CATALOGS.map(hashed).join('\n  UNION ALL ')}) f;`;

/**
 * The snapshot of a transaction: where two have the same one, nothing was committed between them. Empty on a standby,
 * for there pg_current_snapshot() does not tell which transactions are running.
 */
export const SNAPSHOT = `SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_current_snapshot()::text ELSE '' END AS snapshot;`;

/** The catalogs as a transaction saw them. */
export interface CatalogState {
  readonly snapshot: string;
  readonly fingerprint: string;
}

/** Those that the transaction which is open sees. It does not matter when it asks, for it has one snapshot. */
export async function catalogState(connection: Connection): Promise<CatalogState> {
  const [snapshot, fingerprint] = await statements(connection, [SNAPSHOT, FINGERPRINT]);
  return { snapshot: snapshotIn(snapshot), fingerprint: fingerprintIn(fingerprint) };
}

/** Whether they are the same still, for a transaction of its own. */
export async function isUnchanged(
  connection: Connection,
  { snapshot, fingerprint }: CatalogState,
): Promise<boolean> {
  const inTransaction = async (query: string) =>
    (await statements(connection, [BEGIN, pinned(), query, 'ROLLBACK;'])).at(-2);
  if (snapshot !== '' && snapshotIn(await inTransaction(SNAPSHOT)) === snapshot) return true;
  return fingerprintIn(await inTransaction(FINGERPRINT)) === fingerprint;
}

const snapshotIn = (answer: Answer | undefined) => rowsOf<{ snapshot: string }>(answer)[0]?.snapshot ?? '';
const fingerprintIn = (answer: Answer | undefined) =>
  rowsOf<{ fingerprint: string }>(answer)[0]?.fingerprint ?? '';
