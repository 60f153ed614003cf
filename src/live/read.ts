import { BACKSTAGE_READERS } from '../introspect/backstage.js';
import {
  closeReading,
  openReading,
  readNamespaces,
  type Namespace,
  type ReadOptions,
} from '../introspect/introspect.js';
import { READERS } from '../introspect/readers.js';
import { BEGIN } from '../introspect/settings.js';
import { statements, type Connection } from '../introspect/statements.js';
import type { Schema } from '../schema/model.js';
import { checkProduct } from '../server-product.js';
import { findHidden, incomplete, type Hidden } from './access.js';
import { readBookkeeping } from './bookkeeping.js';
import { fingerprint, FINGERPRINT } from './fingerprint.js';

export interface LiveReadOptions extends ReadOptions {
  /** The database as people may see it. */
  readonly label: string;
  /** Which of a database's schemas are read together; each list gives one schema. */
  readonly groups: (namespaces: readonly string[]) => readonly (readonly string[])[];
  /** The table in which the migration tool keeps its books, where it is not a usual one. */
  readonly booksIn?: string;
  readonly notice: (text: string) => void;
}

/** What was read of a live database. */
export interface LiveReading {
  /** `server_version_num`. */
  readonly versionNum: number;
  readonly schemas: readonly Schema[];
  /** Schemas that the database has beside them. */
  readonly otherNamespaces: readonly string[];
  /** The migrations that it says it has run; undefined where nothing says. */
  readonly applied?: readonly string[];
}

/** A reading during which the schema changed: never to be shown. */
export class TornRead extends Error {
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
 * @throws {TornRead} where something did.
 * @throws {DriftmarkError} `server-unsupported`, `server-too-old`, `incomplete`.
 */
export async function readLive(connection: Connection, options: LiveReadOptions): Promise<LiveReading> {
  const { version } = await versionOf(connection);
  const reading = await inTransaction(connection, options, version);
  const after = await inFreshTransaction(connection);
  if (after !== reading.fingerprint) throw new TornRead('the schema changed while it was read');
  return reading.result;
}

async function versionOf(connection: Connection): Promise<{ version: string }> {
  const { rows } = await connection.query<{ version: string }>('SELECT version() AS version');
  const [{ version } = { version: '' }] = rows;
  checkProduct({ version, versionNum: 10_000_000 }, () => undefined);
  return { version };
}

async function inTransaction(
  connection: Connection,
  options: LiveReadOptions,
  version: string,
): Promise<{ result: LiveReading; fingerprint: string }> {
  try {
    const opened = await openReading(connection, options);
    checkProduct({ version, versionNum: opened.versionNum }, options.notice);
    const before = await fingerprint(connection);
    const byName = new Map(opened.namespaces.map((each) => [each.name, each]));
    const groups = options
      .groups([...byName.keys()])
      .map((group) => group.flatMap((name) => byName.get(name) ?? []));
    const chosen = groups.flat();
    const hidden = await hiddenOf(connection, chosen, options, opened.versionNum);
    if (hidden.length > 0) throw incomplete(options.label, hidden);
    const schemas: Schema[] = [];
    for (const group of groups) schemas.push(await readNamespaces(connection, opened, group, options, LATE));
    const applied = await readBookkeeping(connection, chosen, options.booksIn);
    const result: LiveReading = {
      versionNum: opened.versionNum,
      schemas,
      otherNamespaces: opened.namespaces
        .filter((each) => !chosen.includes(each))
        .map(({ name }) => name)
        .sort(),
      ...(applied && { applied }),
    };
    return { result, fingerprint: before };
  } finally {
    await closeReading(connection);
  }
}

/** Everything that the queries mention is looked up once, before the first of them is sent. */
function hiddenOf(
  connection: Connection,
  chosen: readonly Namespace[],
  { detail, extensionVersions = false }: LiveReadOptions,
  versionNum: number,
): Promise<readonly Hidden[]> {
  const readers = Object.values(detail === 'backstage' ? BACKSTAGE_READERS : READERS);
  const coverage = { versionNum, namespaces: [], excludedRelations: [], extensionVersions };
  const sql = readers.flatMap((reader) => [reader.sql(coverage), reader.late ?? '']);
  return findHidden(connection, chosen, [...sql, FINGERPRINT].join('\n'));
}

async function inFreshTransaction(connection: Connection): Promise<string> {
  try {
    await statements(connection, [BEGIN]);
    return await fingerprint(connection);
  } finally {
    await closeReading(connection);
  }
}
