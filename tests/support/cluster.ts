import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { serverUser } from '#src/scratch/embedded/server-user.js';
import type { AnyMajor } from './postgres-versions.js';
import { ask } from './shared/ask.js';
import { SUPERUSER, type ClusterTemplates } from './shared/cluster-template.js';

/** A server for one test file, with its own settings, log and standby. */
export interface Cluster {
  /** The folder of the socket. */
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
  /** Copies a server that was never started, as a standby of it. */
  readonly standbyOf: (
    primary: Cluster,
    name: string,
    settings?: Readonly<Record<string, string>>,
  ) => Promise<Cluster>;
  readonly folder: string;
  /** Writes a file that only the user of the server may read. PostgreSQL requires this for keys. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** Starts a program of another package as the user of the server. */
  readonly run: (program: string, args: readonly string[], log: string) => Promise<ChildProcess>;
}

const USUAL: Readonly<Record<string, string>> = {
  listen_addresses: '',
  fsync: 'off',
  full_page_writes: 'off',
  shared_buffers: '16MB',
  logging_collector: 'off',
  log_min_messages: 'warning',
  autovacuum: 'on',
};

/**
 * Servers of one version in a temporary folder, or the reason why the version is not available.
 * @param templates provides their data directories. Default: those that the test files of a run share.
 */
export async function withClusters<T>(
  major: AnyMajor,
  use: (clusters: Clusters) => Promise<T>,
  templates: Pick<ClusterTemplates, 'get'> = { get: (version) => ask('cluster', version) },
): Promise<T | { readonly unavailable: string }> {
  const found = await templates.get(major);
  if ('unavailable' in found) return found;
  const account = serverUser();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dm-live-'));
  const own = async (file: string) => {
    if (account.switchTo) await chown(file, account.switchTo.uid, account.switchTo.gid);
  };
  const running: Cluster[] = [];
  try {
    await own(folder);
    const run = (program: string, args: readonly string[], log: string) =>
      spawnTo(path.join(found.bin, program), args, log, folder, account.switchTo);
    const write = async (name: string, text: string) => {
      const file = path.join(folder, name);
      await writeFile(file, text);
      await own(file);
      await chmod(file, 0o600);
      return file;
    };
    const copyOf = async (from: string, to: string) => {
      await cp(from, to, { recursive: true, preserveTimestamps: true });
      for (const entry of [to, ...(await entriesOf(to))]) await own(entry);
    };
    const cluster = (name: string, port: number): Cluster =>
      makeCluster({ folder, name, port, run, register: (each) => running.push(each) });
    let socketPort = 5432;
    return await use({
      folder,
      write,
      run: (program, args, log) => spawnTo(program, args, path.join(folder, log), folder, account.switchTo),
      make: async (name, settings = {}) => {
        const made = cluster(name, settings.listen_addresses ? await freePort() : socketPort++);
        await copyOf(found.data, made.data);
        await configure(made, { ...USUAL, ...settings }, folder);
        return made;
      },
      standbyOf: async (primary, name, settings = {}) => {
        const made = cluster(name, socketPort++);
        await copyOf(primary.data, made.data);
        await write(path.join(name, 'standby.signal'), '');
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

/** A loopback port without a listener. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
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
