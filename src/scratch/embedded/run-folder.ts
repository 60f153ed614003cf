import { chownSync, lstatSync, mkdtempSync, readdirSync, realpathSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canAccess } from './access.js';
import { cannotSwitch, type ServerUser } from './server-user.js';
import { DriftmarkError } from '../../errors.js';

/** Folder names carry the process that they belong to, so that later runs know whether it still lives. */
export const runFolderName = /^driftmark-(\d+)-[A-Za-z0-9]{6}$/;

/** PostgreSQL's name for a socket on its usual port. In a folder of its own, that port is always free. */
export const socketPort = 5432;

/** The socket's path in a folder. */
function socketIn(folder: string, port: number): string {
  return path.join(folder, `.s.PGSQL.${port}`);
}

/** The longest path of a socket (`sun_path`, less its end) that macOS takes; Linux takes four more. */
const longestSocket = 103;

/** A server that listens on TCP has a port of five digits, which is part of its socket's name. */
const HIGHEST_PORT = 65_535;

/**
 * The folders where run folders may lie: the system's temporary one, /tmp and, on Linux, memory; if the server's
 * account can reach it and the socket's path stays short enough.
 */
export function temporaryFolders(account: ServerUser): string[] {
  const folders = [os.tmpdir(), ...(process.platform === 'win32' ? [] : ['/tmp']), ...inMemory];
  const real = folders.flatMap((folder) => {
    try {
      return [realpathSync(folder)];
    } catch {
      return [];
    }
  });
  return [...new Set(real)].filter((folder) => {
    const socket = socketIn(path.join(folder, `driftmark-${process.pid}-XXXXXX`), HIGHEST_PORT);
    const short = process.platform === 'win32' || Buffer.byteLength(socket) <= longestSocket;
    return short && canAccess(account, folder, 'execute');
  });
}

/** The file system that Linux keeps in memory. */
const inMemory = process.platform === 'linux' ? ['/dev/shm'] : [];

/** A server's folder has some 40 MB, and as much more as migrations fill it with. */
const MIN_FREE_MEMORY_BYTES = 2 * 1024 ** 3;

/**
 * Whether a server's folder may lie in memory: nobody has said where temporary files belong, and there is plenty. A
 * data directory has a thousand files, which a disk takes several times as long to make and to remove.
 */
function hasRoomInMemory(folder: string): boolean {
  if (os.tmpdir() !== '/tmp') return false;
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(bavail * bsize, process.availableMemory()) >= MIN_FREE_MEMORY_BYTES;
}

/**
 * Makes a folder for one server, private (0700) and still our own. `runsPrograms`: programs are to be put into it,
 * which some systems do not let run from memory.
 *
 * @throws DriftmarkError `scratch-unavailable` where there is no usable temporary folder.
 */
export function makeRunFolder(account: ServerUser, runsPrograms: boolean): string {
  let cause: unknown;
  const folders = temporaryFolders(account);
  const memory = runsPrograms
    ? []
    : folders.filter((each) => inMemory.includes(each) && hasRoomInMemory(each));
  for (const folder of [...memory, ...folders.filter((each) => !inMemory.includes(each))]) {
    try {
      return mkdtempSync(path.join(folder, `driftmark-${process.pid}-`));
    } catch (error) {
      cause = error;
    }
  }
  throw new DriftmarkError(
    'scratch-unavailable',
    `no temporary folder serves for the embedded PostgreSQL (${os.tmpdir()})`,
    { remedy: 'set TMPDIR to a folder with a short path that this user can write to', cause },
  );
}

/** Gives the folder and all that is in it to the server's account. */
export function chownRecursive(folder: string, account: ServerUser): void {
  if (!account.switchTo) return;
  const { uid, gid } = account.switchTo;
  const give = (name: string): void => {
    if (lstatSync(name).isDirectory()) for (const entry of readdirSync(name)) give(path.join(name, entry));
    if (!lstatSync(name).isSymbolicLink()) chownSync(name, uid, gid);
  };
  try {
    give(folder);
  } catch (error) {
    throw cannotSwitch(error);
  }
}
