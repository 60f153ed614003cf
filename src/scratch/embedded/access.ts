import { accessSync, constants, lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { ServerUser } from './server-user.js';

/**
 * Whether the server's account can read a file, or enter a folder or run a program (`execute`). For another account
 * than ours, it depends on the owner, group and mode of the path and of all parent folders.
 */
export function canAccess(account: ServerUser, file: string, needs: 'read' | 'execute'): boolean {
  try {
    if (account.switchTo === undefined) {
      accessSync(file, needs === 'read' ? constants.R_OK : constants.X_OK);
      return true;
    }
    const { uid, gid } = account.switchTo;
    const allows = (name: string, bit: 1 | 4): boolean => {
      const stats = statSync(name);
      const shift = stats.uid === uid ? 6 : stats.gid === gid ? 3 : 0;
      return (stats.mode & (bit << shift)) !== 0;
    };
    const real = realpathSync(file);
    return allows(real, needs === 'read' ? 4 : 1) && above(real).every((folder) => allows(folder, 1));
  } catch {
    return false;
  }
}

/**
 * Whether only this user (and root) can change or replace this folder: the user owns it, and neither the folder nor a
 * parent folder is writable for others. A parent folder may be sticky, such as /tmp.
 */
export function isPrivateFolder(folder: string): boolean {
  const uid = process.geteuid?.();
  if (uid === undefined) return true; // Windows: folders in a user's profile are private
  try {
    const real = realpathSync(folder);
    const own = lstatSync(real);
    if (!own.isDirectory() || own.uid !== uid || (own.mode & 0o022) !== 0) return false;
    return above(real).every((parent) => {
      const { uid: owner, mode } = statSync(parent);
      return (owner === uid || owner === 0) && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0);
    });
  } catch {
    return false;
  }
}

/** All parent folders of a path, up to the root. */
function above(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...above(folder)];
}
