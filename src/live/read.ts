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
import { bookkeepingRelations, namespacesInUse } from '../introspect/namespaces.js';
import { READERS } from '../introspect/readers.js';
import { BEGIN } from '../introspect/settings.js';
import { rowsOf, statements, type Answer, type Connection } from '../introspect/statements.js';
import type { Kind } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { checkProduct, checkVersion } from '../postgres/server-product.js';
import { findHidden, incompleteError, type HiddenObject } from './access.js';
import { readAppliedMigrations, type AppliedMigrations } from './applied-migrations.js';
import { catalogState, fingerprintQuery, isUnchanged, SNAPSHOT, type CatalogState } from './fingerprint.js';

export interface LiveReadOptions extends ReadOptions {
  /** The database as people may see it. */
  readonly label: string;
  /** Which of a database's schemas are read together; each list gives one schema. */
  readonly groups: (namespaces: readonly string[]) => readonly (readonly string[])[];
  /** What kinds of objects such a list has, where that is known: for many lists of a large database. */
  readonly kindsOf?: (group: readonly string[]) => readonly Kind[];
  readonly notice: (text: string) => void;
  /**
   * Given the schemas while the server looks whether they have changed meanwhile: for work that would else come after
   * that. It counts only if the reading then ends with these very schemas.
   */
  readonly meanwhile?: (schemas: readonly Schema[]) => void;
  /** The horizon of an earlier reading, with whose fingerprint that of this one is to be compared. */
  readonly horizon?: string;
}

/** What was read of a live database. */
export interface LiveReading {
  /** `server_version_num`. */
  readonly versionNum: number;
  readonly schemas: readonly Schema[];
  /** Schemas that the database has beside them. */
  readonly otherNamespaces: readonly string[];
  /** What its migration tools wrote down, in the schemas that were read, or else elsewhere. */
  readonly appliedMigrations: readonly AppliedMigrations[];
  /** From which transaction on the fingerprint tells what each wrote. */
  readonly horizon: string;
  /** The fingerprint of its catalogs: two readings of one horizon with the same one saw the same definitions. */
  readonly fingerprint: string;
}

/** A reading during which the schema changed: never to be shown. */
export class SchemaChangedDuringRead extends Error {
  override readonly name = 'TornRead';
}

/**
 * What takes locks is asked for in short batches: whoever wants to change a table waits for no longer than this,
 * and neither do we.
 */
const LATE = `SET LOCAL statement_timeout = '200ms'; SET LOCAL lock_timeout = '100ms';`;

/**
 * Reads schemas of a live database in one read-only transaction, and makes sure in a second one that nothing
 * changed meanwhile: functions like pg_get_viewdef() look at the newest catalogs, not at the transaction's snapshot.
 * @throws {SchemaChangedDuringRead} where something did.
 * @throws {DriftmarkError} `server-unsupported`, `server-too-old`, `incomplete`.
 */
export async function readLive(connection: Connection, options: LiveReadOptions): Promise<LiveReading> {
  const { made, state } = await inTransaction(connection, () => readAll(connection, options)).catch(
    async (error: unknown) => {
      throw (await explained(connection, options, error)) ?? error;
    },
  );
  if (!(await isUnchanged(connection, state)))
    throw new SchemaChangedDuringRead('the schema changed while it was read');
  if ('error' in made) throw made.error;
  return { ...made.result, horizon: state.horizon, fingerprint: state.fingerprint };
}

/** What a function gave or threw: what was torn may make no sense at all. */
type Settled<T> = { readonly result: T } | { readonly error: unknown };

function settled<T>(make: () => T): Settled<T> {
  try {
    return { result: make() };
  } catch (error) {
    return { error };
  }
}

/** Outside of one, a query would fail on a standby whose transactions are serializable by default. */
async function inTransaction<T>(connection: Connection, use: () => Promise<T>): Promise<T> {
  try {
    const version = await begin(connection);
    checkProduct(version);
    return await use();
  } finally {
    await closeReading(connection);
  }
}

/** Begins the transaction, and asks what product this is: other products may fail at the very beginning. */
async function begin(connection: Connection): Promise<string> {
  const version = 'SELECT version() AS version;';
  try {
    const [, answer] = await statements(connection, [BEGIN, version]);
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
  const opened = await openReading(connection, options, '');
  checkVersion(opened.versionNum, options.notice);
  const byName = new Map(opened.namespaces.map((each) => [each.name, each]));
  const groups = options
    .groups([...byName.keys()])
    .map((group) => group.flatMap((name) => byName.get(name) ?? []));
  const chosen = groups.flat();
  const hidden = await hiddenOf(connection, chosen, options, opened.versionNum);
  if (hidden.length > 0) throw incompleteError(options.label, hidden);
  const schemas: (() => Schema)[] = [];
  for (const { group, kinds } of await located(connection, opened, groups, options))
    schemas.push(await readNamespaces(connection, opened, group, { ...options, ...kinds }, LATE));
  const appliedMigrations = await readAppliedMigrations(connection, chosen);
  const otherNamespaces = opened.namespaces
    .filter((each) => !chosen.includes(each))
    .map(({ name }) => name)
    .sort();
  // The server looks at its catalogs while a schema is made of what it answered.
  const asking = catalogState(connection, options.horizon);
  const made = settled(() => {
    const result = {
      versionNum: opened.versionNum,
      schemas: schemas.map((make) => make()),
      otherNamespaces,
      appliedMigrations,
    };
    options.meanwhile?.(result.schemas);
    return result;
  });
  return { made, state: await asking };
}

/** Groups with what narrows down where and what to look for. */
async function located(
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

/** What a server that refused one thing would refuse besides: all of it is told at once. */
async function explained(connection: Connection, options: LiveReadOptions, error: unknown) {
  if (!(error instanceof Error) || !('code' in error) || error.code !== '42501') return undefined;
  const look = () => hiddenOf(connection, [], options, 0);
  const hidden = await inTransaction(connection, look).catch(() => []);
  return hidden.length === 0 ? undefined : incompleteError(options.label, hidden);
}

/** Everything that the queries mention is looked up once, before the first of them is sent. */
function hiddenOf(
  connection: Connection,
  chosen: readonly Namespace[],
  { detail, extensionVersions = false }: LiveReadOptions,
  versionNum: number,
): Promise<readonly HiddenObject[]> {
  const readers = Object.values(detail === 'backstage' ? BACKSTAGE_READERS : READERS);
  const coverage = { versionNum, namespaces: [], excludedRelations: [], extensionVersions };
  const sql = readers.flatMap((reader) => [reader.sql(coverage), reader.deparsed ?? '']);
  return findHidden(
    connection,
    chosen,
    [...sql, namespacesInUse(bookkeepingRelations([''])), fingerprintQuery(), SNAPSHOT].join('\n'),
  );
}
