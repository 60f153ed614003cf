import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connect } from '#src/scratch/client.js';
import { startServer, type TestServer } from '../own-server.js';
import { postgresBin, type AnyMajor, type PostgresMajor } from '../postgres-versions.js';
import type { SharedThings, Unavailable } from './ask.js';
import { makeClusterTemplates } from './cluster-template.js';

/** Makes what test files share; see `SharedThings`. */
export interface Provider {
  readonly get: (url: string) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** The fixtures with a schema to begin with. The server has the roles of all of them from the start. */
const FOLDERS = ['fixtures/corpus', 'fixtures/drifts'] as const;

interface RunningServer extends TestServer {
  readonly shared: SharedThings['server'];
}

/** Runs in the process of the test run, not in that of a test file. */
export function makeProvider(): Provider {
  const servers = new Map<PostgresMajor, Promise<RunningServer | Unavailable>>();
  const bases = new Map<string, Promise<SharedThings['base'] | Unavailable>>();
  const clusters = makeClusterTemplates();

  const server = (major: PostgresMajor) => remembered(servers, major, () => startShared(major));
  const base = (major: PostgresMajor, folder: string) =>
    remembered(bases, `${major} ${folder}`, async () => {
      const running = await server(major);
      return 'unavailable' in running ? running : makeBase(running, folder);
    });

  return {
    get: async (url) => {
      const [, name, major, parameter = ''] = url.split('/').map(decodeURIComponent);
      if (name === 'cluster') return clusters.get(Number(major) as AnyMajor);
      if (name === 'base') return base(Number(major) as PostgresMajor, parameter);
      const running = await server(Number(major) as PostgresMajor);
      return 'unavailable' in running ? running : running.shared;
    },
    stop: async () => {
      for (const starting of servers.values()) {
        const running = await starting.catch(() => undefined);
        if (running && 'stop' in running) await running.stop();
      }
      await clusters.stop();
    },
  };
}

function remembered<Key, Value>(made: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>) {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}

async function startShared(major: PostgresMajor): Promise<RunningServer | Unavailable> {
  const found = await postgresBin(major);
  if (found.unavailable !== undefined) return found;
  const { server, stop } = await startServer(found.bin);
  const database = await server.createDatabase();
  const client = await connect(database.connection, new AbortController().signal);
  for (const folder of FOLDERS) await client.query(await readFile(path.join(folder, 'roles.sql'), 'utf8'));
  await client.end();
  const connection = { ...database.connection, database: 'postgres' };
  return { server, stop, shared: { connection, versionNum: server.versionNum } };
}

async function makeBase({ server }: RunningServer, folder: string): Promise<SharedThings['base']> {
  const { connection } = await server.createDatabase();
  const client = await connect(connection, new AbortController().signal);
  await client.query(await readFile(path.join(folder, 'base.sql'), 'utf8'));
  await client.end();
  return { connection };
}
