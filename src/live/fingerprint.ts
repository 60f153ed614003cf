import { FIRST_NORMAL_OID, NONE, textOf } from '../introspect/fragments.js';
import { BEGIN, pinned } from '../introspect/settings.js';
import { quoteLiteral } from '../postgres/quoting.js';
import { rowsOf, statements, type Answer, type Connection } from '../introspect/statements.js';

/**
 * The catalogs that PostgreSQL's own functions read in their newest state, whatever the transaction's snapshot is.
 * Temporary tables and TOAST tables are not counted.
 */
const CATALOGS: readonly (readonly [catalog: string, key: string, where?: string])[] = [
  [
    'pg_class',
    'x.oid::pg_catalog.int8',
    `x.relpersistence <> 't' AND x.relnamespace <> 'pg_toast'::pg_catalog.regnamespace`,
  ],
  ['pg_inherits', '(x.inhrelid::pg_catalog.int8 << 32) + x.inhparent::pg_catalog.int8'],
  ['pg_partitioned_table', 'x.partrelid::pg_catalog.int8'],
  ['pg_constraint', 'x.oid::pg_catalog.int8', `x.conrelid = ${NONE} OR ${lasting('x.conrelid')}`],
  ['pg_trigger', 'x.oid::pg_catalog.int8', lasting('x.tgrelid')],
  ['pg_rewrite', 'x.oid::pg_catalog.int8', lasting('x.ev_class')],
  [
    'pg_type',
    'x.oid::pg_catalog.int8',
    `x.typrelid = ${NONE} AND x.typelem = ${NONE} OR x.typtype <> 'c' AND x.typcategory <> 'A'`,
  ],
  ['pg_policy', 'x.oid::pg_catalog.int8'],
  ['pg_proc', 'x.oid::pg_catalog.int8'],
  ['pg_operator', 'x.oid::pg_catalog.int8'],
  ['pg_opclass', 'x.oid::pg_catalog.int8'],
  ['pg_collation', 'x.oid::pg_catalog.int8'],
  ['pg_enum', 'x.oid::pg_catalog.int8'],
  ['pg_statistic_ext', 'x.oid::pg_catalog.int8'],
  ['pg_ts_config', 'x.oid::pg_catalog.int8'],
  ['pg_ts_dict', 'x.oid::pg_catalog.int8'],
  ['pg_namespace', 'x.oid::pg_catalog.int8', `x.nspname !~ '^pg_(toast_)?temp_'`],
];

/** The relation is neither temporary nor PostgreSQL's own. A join would start with a scan of all relations. */
function lasting(relation: string): string {
  return `coalesce(${relation} IN (SELECT r.oid FROM lasting r), false)`;
}

/** Looked up once for all catalogs. */
const LASTING = `lasting AS MATERIALIZED (SELECT r.oid FROM pg_catalog.pg_class r
    WHERE r.relpersistence <> 't' AND r.oid >= ${FIRST_NORMAL_OID} AND r.relnamespace <> 'pg_toast'::pg_catalog.regnamespace)`;

/**
 * Whether a row was written by the transaction `horizon` or a later one. age() counts from the same transaction for
 * all rows of a query, and is a tenth of the work of comparing transactions as numbers.
 */
const isRecent = 'pg_catalog.age(x.xmin) <= (SELECT h.age FROM horizon h)';

/**
 * Covers the identity of rows and the transactions that wrote them: a name that is changed and changed back is
 * noticed.
 */
const hash = (key: string) =>
  `pg_catalog.bit_xor(pg_catalog.hashint8extended(${key}, pg_catalog.int8in(pg_catalog.xidout(x.xmin))))`;

const counted = ([catalog, key, where = 'true']: (typeof CATALOGS)[number]) =>
  `SELECT '${catalog}' AS catalog, pg_catalog.count(*) AS rows, ${hash(key)} FILTER (WHERE ${isRecent}) AS hash
    FROM pg_catalog.${catalog} x WHERE ${where}`;

/**
 * The largest catalogs. Their rows belong to a relation, which is counted, so that only written rows must be checked.
 */
const PARTS: readonly (readonly [catalog: string, key: string, relation: string])[] = [
  ['pg_attribute', '(x.attrelid::pg_catalog.int8 << 16) + x.attnum', 'x.attrelid'],
  ['pg_index', 'x.indexrelid::pg_catalog.int8', 'x.indexrelid'],
];

const written = ([catalog, key, relation]: (typeof PARTS)[number]) =>
  `SELECT '${catalog}', 0, ${hash(key)} FROM pg_catalog.${catalog} x WHERE CASE WHEN ${isRecent} THEN ${lasting(relation)} END`;

/**
 * The snapshot of a transaction: if two have the same one, nothing was committed between them. Empty on a standby,
 * because there pg_current_snapshot() does not tell which transactions are running.
 */
export const SNAPSHOT = `SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN ${textOf('pg_snapshot_', 'pg_catalog.pg_current_snapshot()')} ELSE '' END AS snapshot;`;

/** The oldest transaction that was running when a snapshot was made: older ones had ended. */
const OLDEST = 'pg_catalog.xid(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))';

/**
 * The SQL of a reading's fingerprint: equal ones of two transactions, from one horizon, mean that no definition
 * changed
 * between them. What was written before the horizon is the same for both, unless it was deleted: it is enough to
 * count it.
 * PostgreSQL manual, 5.5 (system columns) and 9.27 (transaction IDs and snapshots).
 * @param horizon a transaction ID that no snapshot of the two precedes: by default this transaction's own oldest.
 */
export const fingerprintQuery = (horizon?: string) => `WITH ${LASTING},
  horizon AS MATERIALIZED (SELECT pg_catalog.age(o.xid) AS age, ${textOf('xid', 'o.xid')} AS xid FROM (SELECT ${horizon ? `${quoteLiteral(horizon)}::pg_catalog.xid` : OLDEST} AS xid) o)
  SELECT h.xid AS horizon, pg_catalog.string_agg(pg_catalog.format('%s %s %s', f.catalog, f.rows, coalesce(f.hash, 0)), ',' ORDER BY f.catalog) AS hashes
  FROM horizon h, (${[...CATALOGS.map(counted), ...PARTS.map(written)].join('\n  UNION ALL ')}) f GROUP BY h.xid;`;

/** The catalogs as a transaction saw them. */
export interface CatalogState {
  readonly snapshot: string;
  /** The first transaction whose writes the fingerprint distinguishes. */
  readonly horizon: string;
  readonly fingerprint: string;
}

/**
 * The catalogs as the open transaction sees them. The time of the query does not matter, because the transaction has
 * one snapshot.
 */
export async function catalogState(connection: Connection, horizon?: string): Promise<CatalogState> {
  const [snapshot, fingerprint] = await statements(connection, [SNAPSHOT, fingerprintQuery(horizon)]);
  return { snapshot: snapshotIn(snapshot), ...fingerprintIn(fingerprint) };
}

/** Whether the catalogs are unchanged, seen from a new transaction. */
export async function isUnchanged(
  connection: Connection,
  { snapshot, horizon, fingerprint }: CatalogState,
): Promise<boolean> {
  const inTransaction = async (query: string) =>
    (await statements(connection, [BEGIN, pinned(), query, 'ROLLBACK;'])).at(-2);
  if (snapshot !== '' && snapshotIn(await inTransaction(SNAPSHOT)) === snapshot) return true;
  return fingerprintIn(await inTransaction(fingerprintQuery(horizon))).fingerprint === fingerprint;
}

const snapshotIn = (answer: Answer | undefined) => rowsOf<{ snapshot: string }>(answer)[0]?.snapshot ?? '';

function fingerprintIn(answer: Answer | undefined): Omit<CatalogState, 'snapshot'> {
  const [row] = rowsOf<{ horizon: string; hashes: string }>(answer);
  if (!row) throw new Error('the server did not tell the state of its catalogs');
  return { horizon: row.horizon, fingerprint: `${row.horizon}: ${row.hashes}` };
}
