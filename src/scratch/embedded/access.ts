import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { foldersAbove } from '../../util/private-folder.js';
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
    return allows(real, needs === 'read' ? 4 : 1) && foldersAbove(real).every((folder) => allows(folder, 1));
  } catch {
    return false;
  }
}
