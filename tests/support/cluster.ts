import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chown, cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { canReach } from '#src/scratch/access.js';
import { serverAccount } from '#src/scratch/account.js';
import { postgresBin, type PostgresMajor } from './postgres-versions.js';

/** A server of a test's own, with settings, log and standby as the test wants them. */
export interface Cluster {
  /** The folder of its socket. */
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly url: (database?: string, user?: string) => string;
  readonly connect: (database?: string, user?: string) => Promise<pg.Client>;
  readonly log: () => Promise<string>;
  readonly start: () => Promise<void>;
  /** Stops the server and keeps its data. */
  readonly halt: (mode?: 'fast' | 'immediate') => Promise<void>;
}

export interface Clusters {
  readonly make: (name: string, settings?: Readonly<Record<string, string>>) => Promise<Cluster>;
  /** A copy of a server that was never started, which follows it. */
  readonly standbyOf: (
    primary: Cluster,
    name: string,
    settings?: Readonly<Record<string, string>>,
  ) => Promise<Cluster>;
  readonly folder: string;
}

const SUPERUSER = 'postgres';
const USUAL: Readonly<Record<string, string>> = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  logging_collector: 'off',
  log_min_messages: 'warning',
  autovacuum: 'on',
};

/** Servers of one version in a folder that goes with them; or why there are none. */
export async function withClusters<T>(
  major: PostgresMajor,
  use: (clusters: Clusters) => Promise<T>,
): Promise<T | { readonly unavailable: string }> {
  const found = await postgresBin(major);
  if (found.unavailable !== undefined) return found;
  const account = serverAccount();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dm-live-'));
  const own = async (file: string) => {
    if (account.switchTo) await chown(file, account.switchTo.uid, account.switchTo.gid);
  };
  const running: Cluster[] = [];
  try {
    await own(folder);
    const bin = canReach(account, path.join(found.bin, 'postgres'), 'execute')
      ? found.bin
      : await copied(path.dirname(found.bin), path.join(folder, 'pg'));
    const run = (program: string, args: readonly string[], log: string) =>
      spawnTo(path.join(bin, program), args, log, folder, account.switchTo);
    const cluster = (name: string, port: number): Cluster =>
      makeCluster({ folder, name, port, run, register: (each) => running.push(each) });
    let port = 5432;
    return await use({
      folder,
      make: async (name, settings = {}) => {
        const made = cluster(name, port++);
        const initdb = await run(
          'initdb',
          ['-D', made.data, '-U', SUPERUSER, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
          path.join(folder, `${name}.initdb.log`),
        );
        const [code] = (await once(initdb, 'exit')) as [number];
        if (code !== 0) throw new Error(await readFile(path.join(folder, `${name}.initdb.log`), 'utf8'));
        await configure(made, { ...USUAL, ...settings }, folder);
        return made;
      },
      standbyOf: async (primary, name, settings = {}) => {
        const made = cluster(name, port++);
        await cp(primary.data, made.data, { recursive: true, preserveTimestamps: true });
        await writeFile(path.join(made.data, 'standby.signal'), '');
        for (const file of [made.data, ...(await entriesOf(made.data))]) await own(file);
        const conninfo = `host=${folder} port=${primary.port} user=${SUPERUSER}`;
        await configure(
          made,
          { ...USUAL, hot_standby: 'on', primary_conninfo: `'${conninfo}'`, ...settings },
          folder,
        );
        return made;
      },
    });
  } finally {
    for (const each of running) await each.halt('immediate');
    await rm(folder, { recursive: true, force: true });
  }
}

/** The same for all tests of a file: started before the first of them, and gone after the last. */
export function sharedClusters(major: PostgresMajor, prepare: (clusters: Clusters) => Promise<void>) {
  let unavailable: string | undefined;
  let finish: () => void = () => undefined;
  let whole: Promise<unknown> = Promise.resolve();
  beforeAll(
    () =>
      new Promise<void>((resolve, reject) => {
        whole = withClusters(major, async (clusters) => {
          await prepare(clusters);
          resolve();
          await new Promise<void>((done) => (finish = done));
          return {};
        }).then((result) => {
          if ('unavailable' in result) unavailable = result.unavailable;
          resolve();
        }, reject);
      }),
  );
  afterAll(async () => {
    finish();
    await whole;
  });
  return {
    skipUnlessThere: ({ skip }: { readonly skip: (note?: string) => void }) => {
      if (unavailable !== undefined) skip(unavailable);
    },
  };
}

async function copied(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true, verbatimSymlinks: true });
  return path.join(to, 'bin');
}

const entriesOf = async (dir: string) =>
  (await readdir(dir, { recursive: true })).map((entry) => path.join(dir, entry));

async function spawnTo(
  program: string,
  args: readonly string[],
  log: string,
  cwd: string,
  account: { readonly uid: number; readonly gid: number } | undefined,
): Promise<ChildProcess> {
  const file = await open(log, 'a');
  try {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', file.fd, file.fd],
      ...account,
    });
    await once(child, 'spawn');
    return child;
  } finally {
    await file.close();
  }
}

async function configure(
  { data, port }: Cluster,
  settings: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  const all = { ...settings, port: String(port), unix_socket_directories: `'${folder}'` };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value === '' ? "''" : value}`);
  await writeFile(path.join(data, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
}

interface Parts {
  readonly folder: string;
  readonly name: string;
  readonly port: number;
  readonly run: (program: string, args: readonly string[], log: string) => Promise<ChildProcess>;
  readonly register: (cluster: Cluster) => void;
}

function makeCluster({ folder, name, port, run, register }: Parts): Cluster {
  const data = path.join(folder, name);
  const logFile = path.join(folder, `${name}.log`);
  let child: ChildProcess | undefined;
  const connect = async (database = 'postgres', user = SUPERUSER) => {
    const client = new pg.Client({ host: folder, port, user, database, password: 'none' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const cluster: Cluster = {
    host: folder,
    port,
    data,
    url: (database = 'postgres', user = SUPERUSER) =>
      `postgres://${user}@/${database}?host=${encodeURIComponent(folder)}&port=${port}`,
    connect,
    log: () => readFile(logFile, 'utf8'),
    start: async () => {
      child = await run('postgres', ['-D', data], logFile);
      for (let tries = 0; ; tries++) {
        try {
          await (await connect()).end();
          return;
        } catch (error) {
          if (child.exitCode !== null || tries > 600)
            throw new Error(await readFile(logFile, 'utf8'), { cause: error });
          await sleep(50);
        }
      }
    },
    halt: async (mode = 'fast') => {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await gone;
    },
  };
  register(cluster);
  return cluster;
}

/** Makes a folder that a server's account may use. */
export async function folderFor(folder: string, name: string): Promise<string> {
  const dir = path.join(folder, name);
  await mkdir(dir);
  const { switchTo } = serverAccount();
  if (switchTo) await chown(dir, switchTo.uid, switchTo.gid);
  return dir;
}
