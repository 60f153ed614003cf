import { chownSync, lstatSync, mkdtempSync, readdirSync, realpathSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { canAccess } from './access.js';
import { cannotSwitch, type ServerUser } from './server-user.js';
import { DriftmarkError } from '../../errors.js';

/** Folder names contain the process ID of their run, so that later runs can check whether that process is alive. */
export const runFolderName = /^driftmark-(\d+)-[A-Za-z0-9]{6}$/;

/** PostgreSQL's name for a socket on its usual port. In a folder of its own, that port is always free. */
export const socketPort = 5432;

/** The socket's path in a folder. */
function socketIn(folder: string, port: number): string {
  return path.join(folder, `.s.PGSQL.${port}`);
}

/** The longest path of a socket (`sun_path`, less its end) that macOS takes; Linux takes four more. */
const longestSocket = 103;

/** The name of the socket contains the port. A server that listens on TCP may have a port of five digits. */
const HIGHEST_PORT = 65_535;

/**
 * The parent folders for run folders: the temporary folder of the system, /tmp and, on Linux, memory. The user of the
 * server must be able to access the folder, and the path of the socket must be short enough.
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

/** A server's folder takes about 40 MB, plus the data of the migrations. */
const MIN_FREE_MEMORY_BYTES = 2 * 1024 ** 3;

/**
 * Whether a server's folder may be in memory: if the user has not set a temporary folder and enough memory is free. A
 * data directory has a thousand files. A disk needs several times as long to create and remove them.
 */
function hasRoomInMemory(folder: string): boolean {
  if (os.tmpdir() !== '/tmp') return false;
  const { bavail, bsize } = statfsSync(folder);
  return Math.min(bavail * bsize, process.availableMemory()) >= MIN_FREE_MEMORY_BYTES;
}

/**
 * Creates a folder for one server. It is private (0700) and belongs to this user. `runsPrograms`: the folder will
 * contain programs, which some systems do not allow to run from memory.
 *
 * @throws DriftmarkError `scratch-unavailable` if no temporary folder can be used.
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
    `No temporary folder is usable for the embedded PostgreSQL (${os.tmpdir()}).`,
    { remedy: 'Set TMPDIR to a folder with a short path that this user can write to.', cause },
  );
}

/** Makes the server's account the owner of the folder and of everything in it. */
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
