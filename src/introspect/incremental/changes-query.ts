import { FIRST_NORMAL_OID, textOf } from '../fragments.js';
import { parameter, rowsOf, statements, type Connection } from '../statements.js';
import { IGNORED, WATCHED, type RowFacts, type WatchedCatalog, type WatchedName } from './catalogs.js';

/** What the query for changes answers about a watched catalog, or about something else. */
export interface ChangesRow {
  readonly name: string;
  /** How many rows there are, if they were counted. */
  readonly rows: string | null;
  /** How many of the rows that were looked at are new or changed. */
  readonly found: string | null;
  /** Whether a row of PostgreSQL's own was written; for a catalog that is not watched, any row. */
  readonly system: boolean | null;
  readonly changed: readonly (readonly [key: string, ...facts: RowFacts])[] | null;
  readonly hash: string | null;
}

/** Whether the row was written by the transaction at the horizon or a later one. Without a horizon every row counts. */
const IS_NEW = '(SELECT h.age FROM horizon h) >= pg_catalog.age(x.xmin)';
const ALL = 2_147_483_647;
const horizonAge = (horizon: string) => `horizon AS MATERIALIZED (
    SELECT coalesce(pg_catalog.age(pg_catalog.xidin(pg_catalog.textout(nullif(${parameter('text', horizon)}, '')))), ${ALL}) AS age)`;

export const isOwn = (oid: string) => `${oid} >= ${FIRST_NORMAL_OID}`;

/**
 * Rows that are not PostgreSQL's own. An index finds them in a catalog that comes with thousands of others. To scan the
 * catalog is faster otherwise: `IS TRUE` keeps PostgreSQL from using the index.
 */
const ownRows = ({ oid, comesFull }: WatchedCatalog) => (comesFull ? isOwn(oid) : `(${isOwn(oid)}) IS TRUE`);

/** How the rows of a watched catalog are looked at. */
export type Look =
  /** New and changed rows are looked for among all, and all are counted. */
  | 'all'
  /** They are looked for, and nothing is counted. */
  | 'written'
  /** Only new rows are looked for, and an index finds them: their OIDs are above those of all known rows. */
  | 'newest';

/** Nothing but `xmin` is looked at in rows that are not new: looking at a column would double the time of a scan. */
function watchedQuery(name: string, catalog: WatchedCatalog, look: Look, top: number): string {
  const { key, oid, facts, where, losesRows, isGrantable, comesFull } = catalog;
  const count = `(SELECT pg_catalog.count(*) FROM pg_catalog.${name} x WHERE ${ownRows(catalog)})`;
  const isNew = `${IS_NEW}${comesFull && !isGrantable ? ` AND ${isOwn(oid)}` : ''}`;
  return `
  SELECT '${name}' AS name, ${losesRows && look === 'all' ? count : 'NULL'} AS rows, pg_catalog.count(*) AS found,
    ${isGrantable ? `pg_catalog.bool_or(${oid} < ${FIRST_NORMAL_OID}) FILTER (WHERE ${where})` : 'false'} AS system,
    pg_catalog.json_agg(pg_catalog.json_build_array(${[key, ...facts].join(', ')}))
      FILTER (WHERE ${isOwn(oid)} AND ${where}) AS changed, NULL AS hash
  FROM pg_catalog.${name} x WHERE ${look === 'newest' ? `${oid} > ${parameter('oid', String(top))}` : isNew}`;
}

/** A row that came or went in a catalog that is not watched row by row. All of them in one pass: there are many. */
const othersQuery = (others: readonly Catalog[]) => `
  SELECT 'other catalogs', pg_catalog.count(*), NULL, pg_catalog.bool_or(${IS_NEW}), NULL, NULL
  FROM (${others
    .map(
      ({ name, hasOid }) =>
        `SELECT x.xmin FROM pg_catalog.${name} x${hasOid ? ` WHERE x.oid >= ${FIRST_NORMAL_OID}` : ''}`,
    )
    .join(' UNION ALL ')}) x`;

/** What goes with an extension. */
const EXTENSION_MEMBERS = `
  SELECT 'extension members', pg_catalog.count(*), NULL, pg_catalog.bool_or(${IS_NEW}), NULL, NULL
  FROM pg_catalog.pg_depend x WHERE x.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass`;

/** Roles are read through their view, which hides the transactions. Their names are what reports contain. */
const ROLES = `
  SELECT 'roles', NULL, NULL, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s', r.oid, r.rolname), ',' ORDER BY r.oid))
  FROM pg_catalog.pg_roles r`;

/** The facts of user mappings, through the view that every role may read. */
const USER_MAPPINGS = `
  SELECT 'user mappings', NULL, NULL, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s', m.umid, m.usename), ',' ORDER BY m.umid))
  FROM pg_catalog.pg_user_mappings m`;

/** Ordinary roles may read single columns of subscriptions only: if there is one, everything is read every time. */
const SUBSCRIPTIONS = `
  SELECT 'subscriptions', NULL, NULL, pg_catalog.count(s.oid) > 0, NULL, NULL
  FROM pg_catalog.pg_subscription s
  WHERE s.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`;

/** The schema `public` comes with PostgreSQL, and is a part of reports. */
const PUBLIC = `
  SELECT 'public', NULL, NULL, false, NULL, pg_catalog.md5(pg_catalog.string_agg(pg_catalog.format('%s %s %s %s', n.xmin, n.nspname, n.nspacl,
      pg_catalog.obj_description(n.oid, 'pg_namespace')), ''))
  FROM pg_catalog.pg_namespace n WHERE n.oid = '2200'::pg_catalog.oid`;

/** Transactions before this one are over. */
const SNAPSHOT = `
  SELECT 'snapshot' AS name, NULL::pg_catalog.int8 AS rows, NULL::pg_catalog.int8 AS found, false AS system, NULL::pg_catalog.json AS changed,
    ${textOf('xid', 'pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::pg_catalog.xid')} AS hash`;

/** What to ask for about the watched catalogs. */
interface WatchedQuestion {
  /** The transactions before this one were over at the previous reading. '' asks for every row. */
  readonly horizon: string;
  /** The highest OID among the known rows. */
  readonly top: number;
  readonly looks: ReadonlyMap<WatchedName, Look>;
}

/** What to ask for. */
interface Question extends WatchedQuestion {
  readonly catalogs: readonly Catalog[];
  /** Whether something may have been written to a catalog since the previous reading. */
  readonly isWritten: (name: string) => boolean;
}

/** The query for what changed in the watched catalogs. The first row tells the next horizon. */
export const watchedChanges = (question: WatchedQuestion) => union(question.horizon, watchedParts(question));

const watchedParts = ({ top, looks }: WatchedQuestion): readonly string[] =>
  [...looks].map(([name, look]) => watchedQuery(name, WATCHED[name], look, top));

/** The query for everything that changed. The first row tells the next horizon. */
export function allChanges({ catalogs, isWritten, ...watched }: Question): string {
  const others = catalogs.filter(({ name, isReadable }) => isOther(name) && isReadable);
  return union(watched.horizon, [
    ...watchedParts(watched),
    ...(others.some(({ name }) => isWritten(name)) ? [othersQuery(others)] : []),
    ...(isWritten('pg_depend') ? [EXTENSION_MEMBERS] : []),
    ...(isWritten('pg_namespace') || isWritten('pg_description') ? [PUBLIC] : []),
    ...(isWritten('pg_authid') ? [ROLES] : []),
    ...(isWritten('pg_authid') || isWritten('pg_user_mapping') ? [USER_MAPPINGS] : []),
    ...(isWritten('pg_subscription') ? [SUBSCRIPTIONS] : []),
  ]);
}

const union = (horizon: string, parts: readonly string[]) =>
  `WITH ${horizonAge(horizon)}${[SNAPSHOT, ...parts].join('\n  UNION ALL')};`;

export interface Catalog {
  readonly name: string;
  readonly oid: number;
  readonly hasOid: boolean;
  readonly isReadable: boolean;
}

export const isWatched = (name: string): name is WatchedName => name in WATCHED;

/** Whether any change of a catalog means that everything has to be read. */
export const isOther = (name: string) => !isWatched(name) && !IGNORED.has(name);

/** Every catalog of this server, also of a version that is not known yet. */
export async function allCatalogs(connection: Connection): Promise<readonly Catalog[]> {
  const [answer] = await statements(connection, [
    `SELECT c.relname AS name, c.oid, pg_catalog.has_table_privilege(c.oid, 'SELECT') AS "isReadable", EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'oid') AS "hasOid"
     FROM pg_catalog.pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.oid < ${FIRST_NORMAL_OID}
     ORDER BY c.relname;`,
  ]);
  return rowsOf<Catalog>(answer);
}
