import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, readdirSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { ServerUser } from './server-user.js';
import { expired, type Cache } from './cache.js';
import { serverEnvironment } from './environment.js';
import { runFolderName, temporaryFolders } from './run-folder.js';

/**
 * Removes old entries of the cache, and the folders of runs that could not clean up (not even their supervisor
 * could). A folder is removed only if it belongs to this user or to the server's account, has a name in driftmark's
 * format, and is abandoned. Never fails.
 */
export async function removeLeftovers(account: ServerUser, cache: Cache | undefined): Promise<void> {
  for (const entry of cache ? expired(cache) : []) {
    await removeFolder(entry, account).catch(() => undefined);
  }
  for (const above of temporaryFolders(account)) {
    for (const name of entries(above)) {
      const folder = path.join(above, name);
      if (await isAbandoned(folder, account)) await removeFolder(folder, account).catch(() => undefined);
    }
  }
}

/**
 * Removes a run folder, as the account that owns it: if root deleted files in a folder that another account can
 * change, a symbolic link could redirect the deletion.
 */
export async function removeFolder(folder: string, account: ServerUser): Promise<void> {
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid;
  if (!account.switchTo || owner !== account.switchTo.uid) {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return;
  }
  try {
    const child = spawn('/bin/sh', ['-c', 'rm -rf "$0"', folder], {
      cwd: '/',
      env: serverEnvironment(),
      stdio: 'ignore',
      ...account.switchTo,
    });
    await once(child, 'exit');
    // The last step needs write access to the parent folder, which may belong to root. It deletes only an empty
    // folder.
    await rmdir(folder).catch(() => undefined);
  } catch {
    // If root may not switch to another user, it could not have started a server as that user either.
    await rm(folder, { recursive: true, force: true });
  }
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Whether a run folder is abandoned: the process in its name has ended, no server answers in it, and it is at least a
 * minute old. The minute protects runs in another container with the same temporary folder: their processes are not
 * visible here, and their server may still be starting. After a day, one of the two signs is enough, because process
 * IDs are reused. A server that is still running in the folder notices within a minute that the folder is gone, and
 * exits.
 */
async function isAbandoned(folder: string, account: ServerUser): Promise<boolean> {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || !isOwn(stats.uid, account)) return false;
  const ageMs = Date.now() - stats.mtimeMs;
  if (ageMs < minuteMs) return false;
  const dead = !isAlive(Number(runFolderName.exec(path.basename(folder))?.[1]));
  const answering = await Promise.all(socketsIn(folder).map(answers));
  const silent = !answering.includes(true);
  return ageMs > dayMs ? dead || silent : dead && silent;
}

function socketsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => /^\.s\.PGSQL\.\d+$/.test(name));
  return names.map((name) => path.join(folder, name));
}

function isOwn(uid: number, account: ServerUser): boolean {
  return account.uid === undefined || uid === account.uid || uid === process.geteuid?.();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = net.connect(socket);
    connection.setTimeout(1000);
    const settle = (answer: boolean) => () => {
      connection.destroy();
      resolve(answer);
    };
    connection.once('connect', settle(true));
    connection.once('timeout', settle(true));
    connection.once('error', settle(false));
  });
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => runFolderName.test(name));
  } catch {
    return [];
  }
}
