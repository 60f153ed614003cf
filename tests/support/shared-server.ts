import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { connect } from '#src/scratch/client.js';
import { makeDatabases } from '#src/scratch/databases.js';
import type { ScratchDatabase, ScratchServer } from '#src/scratch/types.js';
import type { CliResult } from './cli.js';
import { driftmarkHere, type FakeOptions } from './in-process.js';
import type { TestServer } from './own-server.js';
import type { PostgresMajor } from './postgres-versions.js';
import { ask, type Unavailable } from './shared/ask.js';

/**
 * The server that all test files of a run share. Each test creates its own databases on it. Do not create roles on it,
 * because every other test would see them.
 * @returns the server, or the reason why the version is not available.
 */
export async function sharedServerOf(
  major: PostgresMajor,
): Promise<(TestServer & { readonly unavailable?: undefined }) | Unavailable> {
  const found = await ask('server', major);
  if (found.unavailable !== undefined) return found;
  const { connection, versionNum } = found;
  const admin = await connect(connection, new AbortController().signal);
  const strategy = versionNum >= 150_000 ? 'STRATEGY file_copy' : '';
  const { dropAll, ...server } = makeDatabases({
    connection,
    versionNum,
    origin: 'the shared server',
    notice: () => undefined,
    // Other test files still use the server.
    isOurRole: () => false,
    withClient: (use) => use(admin),
    create: (name) => [`CREATE DATABASE ${name} TEMPLATE template0 ${strategy}`],
    clone: (name, of) => [`CREATE DATABASE ${name} TEMPLATE ${of} ${strategy}`],
  });
  return {
    server,
    stop: async () => {
      await dropAll();
      await admin.end();
    },
  };
}

/** The shared server of the newest version. It is always available, because driftmark brings it. */
export async function sharedServer(): Promise<TestServer> {
  const found = await sharedServerOf(18);
  if (found.unavailable !== undefined) throw new Error(found.unavailable);
  return found;
}

/**
 * Calls a function with the shared server of a version, and with a database that was created by `base.sql` of a folder.
 * @returns the result of the function, or the reason why the version is not available.
 */
export async function withSharedBase<T>(
  major: PostgresMajor,
  folder: string,
  use: (server: ScratchServer, base: ScratchDatabase) => Promise<T>,
): Promise<T | Unavailable> {
  const base = await ask('base', major, folder);
  if (base.unavailable !== undefined) return base;
  const shared = await sharedServerOf(major);
  if (shared.unavailable !== undefined) return shared;
  try {
    const { connection } = base;
    return await use(shared.server, {
      connection,
      tcpConnection: connection,
      drop: () => Promise.resolve(),
    });
  } finally {
    await shared.stop();
  }
}

/** The environment of a command that uses the shared server of the newest version as its scratch server. */
export async function onSharedScratch(): Promise<NodeJS.ProcessEnv> {
  const found = await ask('server', 18);
  if (found.unavailable !== undefined) throw new Error(found.unavailable);
  return { DRIFTMARK_SCRATCH_URL: urlOf(found.connection) };
}

/** A connection as a URL. */
export const urlOf = ({ host, port, user, password, database }: ConnectionSettings): string =>
  `postgres://${user}${password === undefined ? '' : `:${password}`}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;

/** Runs a command line in this process, with the shared server as its scratch server. */
export async function driftmarkOnSharedServer(
  args: readonly string[],
  options: FakeOptions,
): Promise<CliResult> {
  return driftmarkHere(args, { ...options, env: { ...(await onSharedScratch()), ...options.env } });
}
