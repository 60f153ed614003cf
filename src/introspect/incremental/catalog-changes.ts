import { FIRST_NORMAL_OID, textOf } from '../fragments.js';
import { parameter, rowsOf, statements, type Connection } from '../statements.js';
import { IGNORED, WATCHED, type WatchedCatalog, type WatchedName } from './catalogs.js';

/** The facts of a row, as `WATCHED` lists them. */
export type RowFacts = readonly (string | number | boolean)[];

/** The rows of the watched catalogs, by key. */
export type CatalogRows = Readonly<Record<WatchedName, Map<string, RowFacts>>>;

/** A row that was written or deleted since the previous reading. */
export interface RowChange {
  readonly catalog: WatchedName;
  readonly key: string;
  /** Absent if the row is new. */
  readonly before?: RowFacts;
  /** Absent if the row was deleted. */
  readonly after?: RowFacts;
}

/** What was written to the catalogs between two readings. */
export interface CatalogChanges {
  readonly rows: readonly RowChange[];
  /** Why the changes cannot be mapped to objects. */
  readonly unmapped?: string;
}

/** Follows the catalogs of a database from one reading to the next. */
export interface CatalogWatcher {
  /** What was written since the previous call. `opening` are the statements that begin the transaction of a reading. */
  readonly changes: (opening: readonly string[]) => Promise<CatalogChanges>;
  readonly rows: CatalogRows;
}

/**
 * Finds changed rows by the transactions that wrote them (the system column `xmin`), and deleted ones by counting.
 * @see https://www.postgresql.org/docs/18/ddl-system-columns.html
 */
export function watchCatalogs(connection: Connection): CatalogWatcher {
  const rows = Object.fromEntries(Object.keys(WATCHED).map((name) => [name, new Map()])) as CatalogRows;
  let others: ReadonlyMap<string, string> = new Map();
  let catalogs: readonly OtherCatalog[] | undefined;
  let horizon = '';
  const changes = async (opening: readonly string[]): Promise<CatalogChanges> => {
    catalogs ??= await otherCatalogs(connection);
    const answers = await statements(connection, [
      ...opening,
      changesQuery(
        catalogs.filter(({ isReadable }) => isReadable),
        horizon,
      ),
    ]);
    const [snapshot, ...found] = rowsOf<ChangesRow>(answers.at(-1));
    const isFirst = horizon === '';
    horizon = snapshot?.hash ?? '';
    const changed = found.flatMap((each) => (isWatched(each.name) ? rowsWritten(each.name, each, rows) : []));
    const deleted = await rowsDeleted(connection, found, rows);
    const now = new Map(
      found.filter(({ name }) => !isWatched(name)).map((each) => [each.name, stateOf(each)]),
    );
    const unmapped =
      (isFirst ? 'nothing was read yet' : undefined) ??
      catalogs.find(({ isReadable }) => !isReadable)?.name ??
      found.find(({ system }) => system)?.name ??
      [...now].find(([name, text]) => others.get(name) !== text)?.[0];
    others = now;
    return { rows: [...changed, ...deleted], ...(unmapped !== undefined && { unmapped }) };
  };
  return { changes, rows };
}

interface ChangesRow {
  readonly name: string;
  readonly rows: string;
  /** Whether a row of PostgreSQL's own was written; for a catalog that is not watched, any row. */
  readonly system: boolean | null;
  readonly changed: readonly (readonly [key: string, ...facts: RowFacts])[] | null;
  readonly hash: string | null;
}

const stateOf = ({ rows, hash }: ChangesRow) => `${rows} ${hash ?? ''}`;
const isWatched = (name: string): name is WatchedName => name in WATCHED;

function rowsWritten(catalog: WatchedName, { changed }: ChangesRow, rows: CatalogRows): RowChange[] {
  return (changed ?? []).map(([key, ...after]) => {
    const before = rows[catalog].get(key);
    rows[catalog].set(key, after);
    return { catalog, key, after, ...(before && { before }) };
  });
}

/**
 * If there are fewer rows than those known, some were deleted. Mostly these are the newest ones: a down migration drops
 * what was created last. So the server looks for the newest rows first, and lists all rows only if others are missing.
 */
async function rowsDeleted(
  connection: Connection,
  found: readonly ChangesRow[],
  rows: CatalogRows,
): Promise<readonly RowChange[]> {
  const short = found.flatMap(({ name, rows: count }) => {
    if (!isWatched(name) || !WATCHED[name].losesRows) return [];
    const missing = rows[name].size - Number(count);
    return missing === 0 ? [] : [{ name, missing }];
  });
  const keysOf = (name: WatchedName) => [...rows[name].keys()];
  const goneOfNewest = await keysGone(
    connection,
    short.flatMap(({ name, missing }) =>
      isKeptByOid(name) ? [{ name, keys: keysOf(name).slice(-missing - MARGIN), isPart: true }] : [],
    ),
  );
  const others = short.filter(({ name, missing }) => goneOfNewest.get(name)?.length !== missing);
  const goneOfOthers = await keysGone(
    connection,
    others.map(({ name }) => ({ name, keys: keysOf(name), isPart: false })),
  );
  return [...new Map([...goneOfNewest, ...goneOfOthers])].flatMap(([catalog, keys]) =>
    keys.flatMap((key) => {
      const before = rows[catalog].get(key);
      rows[catalog].delete(key);
      return before ? [{ catalog, key, before }] : [];
    }),
  );
}

/** How many rows are looked for in addition to as many as are missing. */
const MARGIN = 32;

const isKeptByOid = (name: WatchedName) => WATCHED[name].key === WATCHED[name].oid;

interface Wanted {
  readonly name: WatchedName;
  readonly keys: readonly string[];
  /** Whether the catalog also has other rows. Then the keys are OIDs. */
  readonly isPart: boolean;
}

/** Which of some keys of each catalog have no row any more. */
async function keysGone(
  connection: Connection,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<WatchedName, readonly string[]>> {
  if (wanted.length === 0) return new Map();
  const answers = await statements(
    connection,
    wanted.map(({ name, keys, isPart }) => {
      const { key, oid, where } = WATCHED[name];
      const rows = isPart ? `${oid} = ANY (${parameter('oid[]', `{${keys.join(',')}}`)})` : isOwn(oid);
      return `SELECT pg_catalog.json_agg(${key}) AS keys FROM pg_catalog.${name} x WHERE ${where} AND ${rows};`;
    }),
  );
  return new Map(
    wanted.map(({ name, keys }, at) => {
      const left = new Set(rowsOf<{ keys: readonly string[] | null }>(answers[at])[0]?.keys ?? []);
      return [name, keys.filter((key) => !left.has(key))];
    }),
  );
}

/** Whether the row was written by the transaction at the horizon or a later one. Without a horizon every row counts. */
const IS_NEW = '(SELECT h.age FROM horizon h) >= pg_catalog.age(x.xmin)';
const ALL = 2_147_483_647;
const horizonAge = (horizon: string) => `horizon AS MATERIALIZED (
    SELECT coalesce(pg_catalog.age(pg_catalog.xidin(pg_catalog.textout(nullif(${parameter('text', horizon)}, '')))), ${ALL}) AS age)`;

const isOwn = (oid: string) => `${oid} >= ${FIRST_NORMAL_OID}`;

/**
 * Rows that are not PostgreSQL's own. An index finds them in a catalog that comes with thousands of others. To scan the
 * catalog is faster otherwise: `IS TRUE` keeps PostgreSQL from using the index.
 */
const ownRows = ({ oid, comesFull }: WatchedCatalog) => (comesFull ? isOwn(oid) : `(${isOwn(oid)}) IS TRUE`);

/** Nothing but `xmin` is looked at in rows that are not new: looking at a column would double the time of a scan. */
function watchedQuery(name: string, catalog: WatchedCatalog): string {
  const { key, oid, facts, where, losesRows, isGrantable, comesFull } = catalog;
  const count = `(SELECT pg_catalog.count(*) FROM pg_catalog.${name} x WHERE ${ownRows(catalog)})`;
  return `
  SELECT '${name}' AS name, ${losesRows ? count : 'NULL'} AS rows,
    ${isGrantable ? `pg_catalog.bool_or(${oid} < ${FIRST_NORMAL_OID}) FILTER (WHERE ${where})` : 'false'} AS system,
    pg_catalog.json_agg(pg_catalog.json_build_array(${[key, ...facts].join(', ')}))
      FILTER (WHERE ${isOwn(oid)} AND ${where}) AS changed, NULL AS hash
  FROM pg_catalog.${name} x WHERE ${IS_NEW}${comesFull && !isGrantable ? ` AND ${isOwn(oid)}` : ''}`;
}

/** A row that came or went in a catalog that is not watched row by row. All of them in one pass: there are many. */
const othersQuery = (others: readonly OtherCatalog[]) => `
  SELECT 'other catalogs', pg_catalog.count(*), pg_catalog.bool_or(${IS_NEW}), NULL, NULL
  FROM (${[
    ...others.map(
      ({ name, hasOid }) =>
        `SELECT x.xmin FROM pg_catalog.${name} x${hasOid ? ` WHERE x.oid >= ${FIRST_NORMAL_OID}` : ''}`,
    ),
    `SELECT x.xmin FROM pg_catalog.pg_depend x WHERE ${EXTENSION_DEPENDENCY}`,
  ].join(' UNION ALL ')}) x`;

/** What goes with an extension. */
const EXTENSION_DEPENDENCY = `x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass`;

/** Roles are read through their view, which hides the transactions. Their names are what reports contain. */
const ROLES = `
  SELECT 'roles', 0, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s', r.oid, r.rolname), ',' ORDER BY r.oid))
  FROM pg_catalog.pg_roles r`;

/** The schema `public` comes with PostgreSQL, and is a part of reports. */
const PUBLIC = `
  SELECT 'public', 0, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s %s %s', n.xmin, n.nspname, n.nspacl,
      pg_catalog.obj_description(n.oid, 'pg_namespace')), ''))
  FROM pg_catalog.pg_namespace n WHERE n.oid = '2200'::pg_catalog.oid`;

/** The facts of user mappings, through the view that every role may read. */
const USER_MAPPINGS = `
  SELECT 'user mappings', 0, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s', m.umid, m.usename), ',' ORDER BY m.umid))
  FROM pg_catalog.pg_user_mappings m`;

/** Ordinary roles may read single columns of subscriptions only: if there is one, everything is read every time. */
const SUBSCRIPTIONS = `
  SELECT 'subscriptions', 0, pg_catalog.count(s.oid) > 0, NULL, NULL
  FROM pg_catalog.pg_subscription s
  WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`;

/** Transactions before this one are over. */
const SNAPSHOT = `
  SELECT 'snapshot' AS name, 0 AS rows, false AS system, NULL::pg_catalog.json AS changed,
    ${textOf('xid', 'pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.xid')} AS hash`;

const changesQuery = (others: readonly OtherCatalog[], horizon: string) =>
  `WITH ${horizonAge(horizon)}${[
    SNAPSHOT,
    ...Object.entries(WATCHED).map(([name, catalog]) => watchedQuery(name, catalog)),
    othersQuery(others),
    ROLES,
    PUBLIC,
    USER_MAPPINGS,
    SUBSCRIPTIONS,
  ].join('\n  UNION ALL')};`;

interface OtherCatalog {
  readonly name: string;
  readonly hasOid: boolean;
  readonly isReadable: boolean;
}

/** Every other catalog of this server, also of a version that is not known yet. */
async function otherCatalogs(connection: Connection): Promise<readonly OtherCatalog[]> {
  const [answer] = await statements(connection, [
    `SELECT c.relname AS name, pg_catalog.has_table_privilege(c.oid, 'SELECT') AS "isReadable", EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'oid') AS "hasOid"
     FROM pg_catalog.pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.oid < ${FIRST_NORMAL_OID}
     ORDER BY c.relname;`,
  ]);
  return rowsOf<OtherCatalog>(answer).filter(({ name }) => !isWatched(name) && !IGNORED.has(name));
}
