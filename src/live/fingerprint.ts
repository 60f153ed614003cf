import { FIRST_NORMAL_OID, NONE, textOf } from '../introspect/fragments.js';
import { BEGIN, pinned } from '../introspect/settings.js';
import { quoteLiteral } from '../postgres/quoting.js';
import type { Catalog } from '../schema/definition.js';
import { rowsOf, statements, type Answer, type Connection } from '../introspect/statements.js';

/** How the rows of a catalog are hashed. */
interface Hashing {
  /** A number that identifies a row. */
  readonly key: string;
  /** The condition for rows that count. Default: all. */
  readonly where?: string;
  /**
   * The relation that a row belongs to. Such rows are not counted, because the relation is: only those that were written
   * must be found. The largest catalogs need this.
   */
  readonly relation?: string;
}

const BY_OID: Hashing = { key: 'x.oid::pg_catalog.int8' };
/** Only queries read the catalog, and they see the snapshot of the transaction. No function that they call reads it. */
const BY_SNAPSHOT = undefined;

/**
 * PostgreSQL's own functions, such as pg_get_viewdef(), read some catalogs in their newest state, whatever the snapshot
 * of the transaction is. These are hashed. Temporary tables and TOAST tables do not count.
 */
const CATALOGS: Readonly<Record<Catalog, Hashing | undefined>> = {
  pg_aggregate: BY_SNAPSHOT,
  pg_am: BY_SNAPSHOT,
  pg_amop: BY_SNAPSHOT,
  pg_amproc: BY_SNAPSHOT,
  pg_attrdef: BY_SNAPSHOT,
  pg_attribute: { key: '(x.attrelid::pg_catalog.int8 << 16) + x.attnum', relation: 'x.attrelid' },
  pg_cast: BY_SNAPSHOT,
  pg_class: {
    ...BY_OID,
    where: `x.relpersistence <> 't' AND x.relnamespace <> 'pg_toast'::pg_catalog.regnamespace`,
  },
  pg_collation: BY_OID,
  pg_constraint: { ...BY_OID, where: `x.conrelid = ${NONE} OR ${lasting('x.conrelid')}` },
  pg_conversion: BY_SNAPSHOT,
  pg_default_acl: BY_SNAPSHOT,
  pg_enum: BY_OID,
  pg_event_trigger: BY_SNAPSHOT,
  pg_extension: BY_SNAPSHOT,
  pg_foreign_data_wrapper: BY_SNAPSHOT,
  pg_foreign_server: BY_SNAPSHOT,
  pg_foreign_table: BY_SNAPSHOT,
  pg_index: { key: 'x.indexrelid::pg_catalog.int8', relation: 'x.indexrelid' },
  pg_inherits: { key: '(x.inhrelid::pg_catalog.int8 << 32) + x.inhparent::pg_catalog.int8' },
  pg_language: BY_SNAPSHOT,
  pg_namespace: { ...BY_OID, where: `x.nspname !~ '^pg_(toast_)?temp_'` },
  pg_opclass: BY_OID,
  pg_operator: BY_OID,
  pg_opfamily: BY_SNAPSHOT,
  pg_partitioned_table: { key: 'x.partrelid::pg_catalog.int8' },
  pg_policy: BY_OID,
  pg_proc: BY_OID,
  pg_publication: BY_SNAPSHOT,
  pg_publication_namespace: BY_SNAPSHOT,
  pg_publication_rel: BY_SNAPSHOT,
  pg_range: BY_SNAPSHOT,
  pg_rewrite: { ...BY_OID, where: lasting('x.ev_class') },
  pg_sequence: BY_SNAPSHOT,
  pg_statistic_ext: BY_OID,
  pg_subscription: BY_SNAPSHOT,
  pg_transform: BY_SNAPSHOT,
  pg_trigger: { ...BY_OID, where: lasting('x.tgrelid') },
  pg_ts_config: BY_OID,
  pg_ts_config_map: BY_SNAPSHOT,
  pg_ts_dict: BY_OID,
  pg_ts_parser: BY_SNAPSHOT,
  pg_ts_template: BY_SNAPSHOT,
  pg_type: {
    ...BY_OID,
    where: `x.typrelid = ${NONE} AND x.typelem = ${NONE} OR x.typtype <> 'c' AND x.typcategory <> 'A'`,
  },
  pg_user_mapping: BY_SNAPSHOT,
};

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

const hashed = (catalog: string, { key, where = 'true', relation }: Hashing) =>
  relation === undefined
    ? `SELECT '${catalog}' AS catalog, pg_catalog.count(*) AS rows, ${hash(key)} FILTER (WHERE ${isRecent}) AS hash
    FROM pg_catalog.${catalog} x WHERE ${where}`
    : `SELECT '${catalog}' AS catalog, 0 AS rows, ${hash(key)} AS hash
    FROM pg_catalog.${catalog} x WHERE CASE WHEN ${isRecent} THEN ${lasting(relation)} END`;

const HASHES = Object.entries(CATALOGS)
  .flatMap(([catalog, hashing]) => (hashing ? [hashed(catalog, hashing)] : []))
  .join('\n  UNION ALL ');

/**
 * The snapshot of a transaction: if two have the same one, nothing was committed between them. Empty on a standby,
 * because there pg_current_snapshot() does not tell which transactions are running.
 */
export const SNAPSHOT = `SELECT CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN ${textOf('pg_snapshot_', 'pg_catalog.pg_current_snapshot()')} ELSE '' END AS snapshot;`;

/** The oldest transaction that was running when a snapshot was made: older ones had ended. */
const OLDEST = 'pg_catalog.xid(pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot()))';

/**
 * The SQL of the fingerprint of a reading. If the fingerprints of two transactions from the same horizon are equal, no
 * definition changed between them. Rows that were written before the horizon are the same for both transactions, unless
 * they were deleted: it is enough to count them.
 * PostgreSQL manual, 5.5 (system columns) and 9.27 (transaction IDs and snapshots).
 * @param horizon a transaction ID that no snapshot of the two precedes: by default this transaction's own oldest.
 */
export const fingerprintQuery = (horizon?: string) => `WITH ${LASTING},
  horizon AS MATERIALIZED (SELECT pg_catalog.age(o.xid) AS age, ${textOf('xid', 'o.xid')} AS xid FROM (SELECT ${horizon ? `${quoteLiteral(horizon)}::pg_catalog.xid` : OLDEST} AS xid) o)
  SELECT h.xid AS horizon, pg_catalog.string_agg(pg_catalog.format('%s %s %s', f.catalog, f.rows, coalesce(f.hash, 0)), ',' ORDER BY f.catalog) AS hashes
  FROM horizon h, (${HASHES}) f GROUP BY h.xid;`;

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
  if (!row) throw new Error('the server did not report the state of its catalogs');
  return { horizon: row.horizon, fingerprint: `${row.horizon}: ${row.hashes}` };
}
