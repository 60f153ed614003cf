import { BACKSTAGE_READERS } from '../introspect/backstage.js';
import {
  closeReading,
  openReading,
  readNamespaces,
  withRelations,
  type Namespace,
  type Opened,
  type ReadOptions,
} from '../introspect/introspect.js';
import { normalize } from '../introspect/normalize.js';
import { usualOwner } from '../introspect/usual-owner.js';
import { historyTableRelations, namespacesInUse } from '../introspect/namespaces.js';
import { READERS } from '../introspect/readers.js';
import { NO_HOME, RESET_SEARCH_PATH } from '../introspect/search-path.js';
import { BEGIN } from '../introspect/settings.js';
import { rowsOf, statements, type Answer, type Connection } from '../introspect/statements.js';
import type { Kind } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { checkProduct, checkVersion } from '../postgres/server-product.js';
import { findHidden, incompleteError, systemNamesIn } from './access.js';
import type { HistoryTable } from '../migrations/history-tables.js';
import { readAppliedMigrations, type AppliedMigrations } from './applied-migrations.js';
import { READING_ROLES, readReadingRoles } from './reading-roles.js';
import { LOCK_LIMITS } from './lock-limits.js';
import { SchemaChangedDuringRead } from './schema-changed.js';
import { settled, type Settled } from './settled.js';
import { sweepSchemas, type Sweep } from './sweep.js';
import { catalogState, fingerprintQuery, isUnchanged, SNAPSHOT, type CatalogState } from './fingerprint.js';

export interface LiveReadOptions extends ReadOptions {
  /** The name of the database in messages, without its password. */
  readonly label: string;
  /** Selects the schemas to read from those of the database. Each inner list gives one `Schema`. */
  readonly groups: (namespaces: readonly string[]) => readonly (readonly string[])[];
  /** The kinds of objects in a group, if known. Other kinds are not queried. */
  readonly kindsOf?: (group: readonly string[]) => readonly Kind[];
  /** For more schemas than fit in memory: they are handed over group by group, and are not in the result. */
  readonly sweep?: Sweep;
  /** Further schemas, of which some kinds of objects are read, with every name in expressions qualified. */
  readonly external?: { readonly namespaces: readonly string[]; readonly kinds: readonly Kind[] };
  readonly notice: (text: string) => void;
  /**
   * Loads, while the server works, a function that uses what was read. The function runs while the server looks for changes
   * during the reading, and before the error if there are any. Not with `sweep`.
   */
  readonly prepare?: () => Promise<(read: Pick<LiveReading, 'schemas' | 'external'>) => void>;
  /** History tables that are read in addition to those with the usual names. */
  readonly historyRecords?: readonly HistoryTable[];
  /** The horizon of an earlier reading, to compare the fingerprint of this reading with that of the earlier one. */
  readonly horizon?: string;
}

/** The result of reading a live database. */
export interface LiveReading {
  /** `server_version_num`. */
  readonly versionNum: number;
  readonly schemas: readonly Schema[];
  /** The objects in the `external` schemas. */
  readonly external?: Schema;
  /** The schemas of the database that were not read. */
  readonly otherNamespaces: readonly string[];
  /** The history tables in the schemas that were read; without any, the one in another schema. */
  readonly appliedMigrations: readonly AppliedMigrations[];
  /** The role that read, and the roles through which it may read. */
  readonly readingRoles: readonly string[];
  /** The transaction from which on the fingerprint covers what was written. */
  readonly horizon: string;
  /** The fingerprint of the catalogs. Two readings with the same horizon and fingerprint saw the same definitions. */
  readonly fingerprint: string;
}

/**
 * Reads schemas of a live database in one read-only transaction. Functions such as pg_get_viewdef() use the newest
 * catalogs instead of the snapshot, so a second transaction checks that no definition changed in between.
 * @throws {SchemaChangedDuringRead} if one did.
 * @throws {DriftmarkError} `server-unsupported`, `server-too-old`; `incomplete` if the role may not read everything.
 */
export async function readLive(connection: Connection, options: LiveReadOptions): Promise<LiveReading> {
  const { made, state } = await inTransaction(connection, () => readAll(connection, options)).catch(
    async (error: unknown) => {
      throw (await incompleteErrorFor(connection, options, error)) ?? error;
    },
  );
  if (!(await isUnchanged(connection, state))) throw new SchemaChangedDuringRead();
  if ('error' in made) throw made.error;
  return { ...made.result, horizon: state.horizon, fingerprint: state.fingerprint };
}

/** Without BEGIN, a query would fail on a standby whose default isolation level is SERIALIZABLE. */
async function inTransaction<T>(connection: Connection, use: () => Promise<T>): Promise<T> {
  try {
    const version = await begin(connection);
    checkProduct(version);
    return await use();
  } finally {
    await closeReading(connection);
  }
}

/** Begins the transaction and returns the server's version. Products other than PostgreSQL may refuse the BEGIN. */
async function begin(connection: Connection): Promise<string> {
  const version = 'SELECT pg_catalog.version() AS version;';
  try {
    const [, , answer] = await statements(connection, [BEGIN, RESET_SEARCH_PATH, version]);
    return versionIn(answer);
  } catch (error) {
    await closeReading(connection);
    const [answer] = await statements(connection, [version]).catch(() => []);
    if (answer) checkProduct(versionIn(answer));
    throw error;
  }
}

const versionIn = (answer: Answer | undefined) => rowsOf<{ version: string }>(answer)[0]?.version ?? '';

async function readAll(
  connection: Connection,
  options: LiveReadOptions,
): Promise<{ made: Settled<Omit<LiveReading, 'horizon' | 'fingerprint'>>; state: CatalogState }> {
  const opening = openReading(connection, options, '');
  // Collected while the server works.
  const names = namesNeeded(options);
  const opened = await opening;
  checkVersion(opened.versionNum, options.notice);
  const byName = new Map(opened.namespaces.map((each) => [each.name, each]));
  const groups = options
    .groups([...byName.keys()])
    .map((group) => group.flatMap((name) => byName.get(name) ?? []));
  const chosen = groups.flat();
  const hidden = await findHidden(connection, chosen, names);
  if (hidden.length > 0) throw incompleteError(options.label, hidden);
  const appliedMigrations = await readAppliedMigrations(connection, chosen, options.historyRecords);
  const [schemas, use] = options.sweep
    ? [
        await sweepSchemas(connection, opened, groups, options.sweep, {
          ...options,
          applied: appliedMigrations,
        }),
      ]
    : await Promise.all([
        readGroups(connection, opened, groups, options).then((result) => ({ result })),
        options.prepare?.(),
      ]);
  const external = await readExternal(connection, opened, options);
  const readingRoles = await readReadingRoles(connection);
  const isChosen = new Set(chosen);
  const otherNamespaces = opened.namespaces
    .filter((each) => !isChosen.has(each))
    .map(({ name }) => name)
    .sort();
  // The schemas are built, and used, while the server computes the fingerprint.
  const asking = catalogState(connection, options.horizon);
  const made = settled(() => {
    if ('error' in schemas) throw schemas.error;
    const raw = schemas.result.map((make) => make());
    const owner = raw[0] && usualOwner(raw[0].objects);
    const read = {
      versionNum: opened.versionNum,
      schemas: options.isRaw ? raw : raw.map((schema) => normalize(schema, options.namedRoles)),
      // The migrations run as the owner of the covered objects; others own those of the platform.
      ...(external && { external: normalize(external(), options.namedRoles, owner) }),
      otherNamespaces,
      appliedMigrations,
      readingRoles,
    };
    use?.(read);
    return read;
  });
  return { made, state: await asking };
}

async function readGroups(
  connection: Connection,
  opened: Opened,
  groups: readonly (readonly Namespace[])[],
  options: LiveReadOptions,
): Promise<readonly (() => Schema)[]> {
  const schemas: (() => Schema)[] = [];
  for (const { group, kinds } of await withKinds(connection, opened, groups, options))
    schemas.push(
      await readNamespaces(connection, opened, group, { ...options, ...kinds, isRaw: true }, LOCK_LIMITS),
    );
  return schemas;
}

async function readExternal(
  connection: Connection,
  opened: Opened,
  { external, ...options }: LiveReadOptions,
): Promise<(() => Schema) | undefined> {
  if (!external) return undefined;
  const chosen = opened.namespaces.filter(({ name }) => external.namespaces.includes(name));
  const { kinds } = external;
  return readNamespaces(
    connection,
    opened,
    chosen,
    { ...options, home: NO_HOME, kinds, isRaw: true },
    LOCK_LIMITS,
  );
}

/** Adds the OIDs of the relations, and the kinds, to groups of a database with many schemas: they narrow the queries. */
async function withKinds(
  connection: Connection,
  opened: Opened,
  groups: readonly (readonly Namespace[])[],
  { kindsOf }: LiveReadOptions,
): Promise<
  readonly { readonly group: readonly Namespace[]; readonly kinds: Pick<LiveReadOptions, 'kinds'> }[]
> {
  if (!kindsOf) return groups.map((group) => ({ group, kinds: {} }));
  const there = await withRelations(connection, opened, groups.flat());
  const byOid = new Map(there.map((each) => [each.oid, each]));
  return groups.map((group) => ({
    group: group.flatMap(({ oid }) => byOid.get(oid) ?? []),
    kinds: { kinds: kindsOf(group.map(({ name }) => name)) },
  }));
}

/** If the server refused one query for lack of a privilege: an error that lists everything it would refuse. */
async function incompleteErrorFor(connection: Connection, options: LiveReadOptions, error: unknown) {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return undefined;
  const look = () => findHidden(connection, [], namesNeeded(options));
  const hidden = await inTransaction(connection, look).catch(() => []);
  return hidden.length === 0 ? undefined : incompleteError(options.label, hidden);
}

/** The catalogs and functions in all queries of a reading, on any version of the server. */
function namesNeeded({ detail, extensionVersions = false }: LiveReadOptions): readonly string[] {
  const readers = Object.values(detail === 'backstage' ? BACKSTAGE_READERS : READERS);
  const coverage = { versionNum: Infinity, namespaces: [], excludedRelations: [], extensionVersions };
  const sql = readers.flatMap((reader) => [reader.sql(coverage), reader.deparsed ?? '']);
  return systemNamesIn(
    [...sql, namespacesInUse(historyTableRelations([''])), READING_ROLES, fingerprintQuery(), SNAPSHOT].join(
      '\n',
    ),
  );
}
