import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { DriftmarkError } from '../../errors.js';
import type { ServerUser } from './server-user.js';
import type { Candidate } from './binaries.js';
import type { Cache } from './cache.js';
import { connect } from '../client.js';
import { messageOf } from '../../postgres/query-error.js';
import { endpointIn } from './endpoint.js';
import { removeFolder } from './stale-folders.js';
import { identity, usableBin } from './usable-binaries.js';
import { preparedData, type PreparedData } from './data-directory.js';
import { program, runVersion } from './programs.js';
import { useServerInstead } from '../remedy.js';
import { chownRecursive, makeRunFolder } from './run-folder.js';
import { initdbArguments, serverSettings, settingArguments } from '../settings.js';
import { ServerEnded, startSupervised, type Supervised } from './supervised.js';

/** A started server, and our own session on its maintenance database. */
export interface RunningServer {
  readonly connection: ConnectionSettings;
  /** With `tcp`: the way over the loopback port. */
  readonly tcpConnection?: ConnectionSettings;
  readonly client: pg.Client;
  /** Ends the process and removes the folder. */
  readonly stop: () => Promise<void>;
}

/** The reason why these binaries cannot run here. Other binaries may. */
export interface Unusable {
  readonly unusable: string;
}

interface Surroundings {
  readonly account: ServerUser;
  readonly cache: Cache | undefined;
  readonly signal: AbortSignal;
  /** Whether the server also listens on a loopback port. */
  readonly tcp: boolean;
}

/**
 * Starts a server from these binaries: on a copy of a prepared data directory if one exists. If that fails (the copy
 * may be damaged), it starts again on a new one.
 *
 * @throws DriftmarkError `scratch-failed` with the end of the server's log.
 */
export async function startEmbedded(
  candidate: Candidate,
  around: Surroundings,
): Promise<RunningServer | Unusable> {
  const { cache, account, signal } = around;
  const build = {
    version: candidate.version,
    identity: identity(candidate),
    initdbOptions: initdbArguments(candidate.version),
  };
  const data = cache && preparedData(cache, build, account);
  const prepared = data?.find();
  if (prepared !== undefined) {
    try {
      return await start(candidate, around, { prepared });
    } catch (error) {
      if (signal.aborted || error instanceof DriftmarkError) throw error;
      await data?.discard();
    }
  }
  try {
    return await start(candidate, around, { data });
  } catch (error) {
    if (signal.aborted || error instanceof DriftmarkError) throw error;
    throw startFailure(candidate, error);
  }
}

interface DataSource {
  /** The path of a prepared data directory. */
  readonly prepared?: string;
  readonly data?: PreparedData | undefined;
}

async function start(
  candidate: Candidate,
  { account, cache, signal, tcp }: Surroundings,
  { prepared, data }: DataSource,
): Promise<RunningServer | Unusable> {
  const folder = makeRunFolder(account, cache === undefined);
  let supervised: Supervised | undefined;
  const stop = (): Promise<void> => supervised?.stop() ?? removeFolder(folder, account);
  try {
    const spare = path.join(folder, 'binaries');
    const bin = usableBin(candidate, account, { cache, spare: () => (mkdirSync(spare), spare) });
    if (bin === undefined || (prepared === undefined && runVersion(bin) === undefined)) {
      await stop();
      return { unusable: bin === undefined ? unreadable(account) : 'it does not run on this system' };
    }
    const endpoint = await endpointIn(folder, tcp);
    chownRecursive(folder, account);
    const settings = { ...serverSettings(candidate.version), ...endpoint.settings };
    supervised = await startSupervised(
      {
        folder,
        prepared,
        keep: data?.staging,
        initdb: program(bin, 'initdb'),
        initdbOptions: initdbArguments(candidate.version),
        postgres: [program(bin, 'postgres'), '-D', path.join(folder, 'data'), ...settingArguments(settings)],
      },
      account,
    );
    // Loads the modules for the first connection while the server starts.
    await Promise.all([supervised.ready(signal), import('pg')]);
    const connection = endpoint.connection();
    const client = await connect(connection, signal);
    const tcpConnection = await endpoint.openTcp?.(client);
    await data?.publish();
    return { connection, client, stop, ...(tcpConnection && { tcpConnection }) };
  } catch (error) {
    await stop().catch(() => undefined);
    await data?.abandon();
    throw error;
  }
}

function unreadable(account: ServerUser): string {
  const who = account.switchTo ? `uid ${account.switchTo.uid}, which the server runs as` : 'this user';
  return `${who} cannot run it in this folder`;
}

/** What to do if the server did not start. The log is that of initdb, or of the server. */
export const remedyFor = (log: string): string =>
  /no space left on device|disk quota exceeded|check free disk space/i.test(log)
    ? 'Free some disk space, or set TMPDIR to a folder that has more.'
    : `Check the log of the server, or ${useServerInstead}.`;

function startFailure(candidate: Candidate, error: unknown): DriftmarkError {
  const log = error instanceof ServerEnded ? error.log : messageOf(error);
  return new DriftmarkError(
    'scratch-failed',
    `The embedded PostgreSQL ${candidate.version} (${candidate.origin}) did not start.`,
    {
      details: log.split('\n').map((text) => ({ label: 'server log', text })),
      remedy: remedyFor(log),
      cause: error,
    },
  );
}
