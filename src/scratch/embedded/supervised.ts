import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cannotSwitch, type ServerUser } from './server-user.js';
import { serverEnvironment } from './environment.js';
import { removeFolder } from './stale-folders.js';
import { supervisorCommand } from './supervisor.js';

/** What the supervisor runs. */
export interface ServerCommand {
  /** The run folder. It already belongs to the account. */
  readonly folder: string;
  /** An archive of a prepared data directory, or its folder on Windows. Without it, initdb creates one. */
  readonly prepared: string | undefined;
  /** Where to save a copy of the data directory that initdb created. */
  readonly keep: string | undefined;
  readonly initdb: string;
  readonly initdbOptions: readonly string[];
  readonly postgres: readonly string[];
}

/** A server with its supervisor. */
export interface Supervised {
  readonly folder: string;
  /** Resolves when the server accepts connections; rejects with `ServerEnded` if the server exits first. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
  /** Stops the server, removes its folder, and resolves when both are gone. */
  readonly stop: () => Promise<void>;
}

/** The server ended by itself. `log` holds its last lines. */
export class ServerEnded extends Error {
  constructor(readonly log: string) {
    super('the server ended');
  }
}

/**
 * Starts the supervisor in a session of its own, so that Ctrl-C in a terminal reaches only driftmark, which then
 * shuts down in order.
 *
 * @throws DriftmarkError `scratch-unavailable` if root may not change its uid.
 */
export async function startSupervised(command: ServerCommand, account: ServerUser): Promise<Supervised> {
  const { folder, prepared = '', keep = '', initdb, initdbOptions, postgres } = command;
  const [program, ...options] = supervisorCommand();
  const child = spawnAs(
    account,
    program,
    [...options, folder, prepared, keep, initdb, initdbOptions.join(' '), ...postgres],
    folder,
  );
  const exited = once(child, 'exit');
  exited.catch(() => undefined); // reported by `started`
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  child.stdout.once('data', end);
  child.once('exit', end);
  child.stdin.on('error', () => undefined);
  await started(child);
  return {
    folder,
    ready: (signal) => waitUntilReady(folder, () => ended, signal),
    stop: async () => {
      child.stdin.destroy();
      await exited;
      if (existsSync(folder)) await removeFolder(folder, account);
    },
  };
}

/** Node throws some spawn errors, such as EPERM, and emits others, such as ENOENT, as an event. */
function spawnAs(account: ServerUser, program: string, options: readonly string[], cwd: string) {
  try {
    return spawn(program, options, {
      cwd,
      env: serverEnvironment(),
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      windowsHide: true,
      ...account.switchTo,
    });
  } catch (error) {
    throw cannotSwitch(error);
  }
}

async function started(child: ChildProcess): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw cannotSwitch(error);
  }
}

const patienceMs = 60_000;

/**
 * Polls the last line of `postmaster.pid`, which says when the server is ready. Cheaper than trying to
 * connect, since each refused connection costs the server a process.
 */
async function waitUntilReady(folder: string, ended: () => boolean, signal: AbortSignal): Promise<void> {
  const start = Date.now();
  while (!isReady(folder)) {
    if (ended() || Date.now() - start > patienceMs) throw new ServerEnded(lastLines(folder));
    await sleep(2, undefined, { signal });
  }
}

function isReady(folder: string): boolean {
  const status = read(path.join(folder, 'data', 'postmaster.pid'))?.split('\n')[7];
  return status?.trim() === 'ready';
}

function lastLines(folder: string): string {
  const log = read(path.join(folder, 'server.log')) ?? '';
  return log.trimEnd().split('\n').slice(-12).join('\n');
}

/** Root reads a file that another account wrote: do not follow links, and do not wait for a pipe. */
function read(file: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    // Windows has neither flag.
    const unix = process.platform === 'win32' ? 0 : O_NOFOLLOW | O_NONBLOCK;
    const descriptor = openSync(file, O_RDONLY | unix);
    try {
      return readFileSync(descriptor, 'utf8');
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return undefined;
  }
}
