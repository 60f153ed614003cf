import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

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
    return foldersAbove(real).every((parent) => {
      const { uid: owner, mode } = statSync(parent);
      return (owner === uid || owner === 0) && ((mode & 0o022) === 0 || (mode & 0o1000) !== 0);
    });
  } catch {
    return false;
  }
}

/** All parent folders of a path, up to the root. */
export function foldersAbove(file: string): string[] {
  const folder = path.dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}
