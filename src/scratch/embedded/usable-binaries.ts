import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { canAccess } from './access.js';
import { isPrivateFolder } from '../../util/private-folder.js';
import type { ServerUser } from './server-user.js';
import type { Candidate } from './binaries.js';
import { markUsed, unfinishedEntry, type Cache } from './cache.js';
import { program } from './programs.js';
import { copyTree, isWholeCopy, listedLinks } from './copy-tree.js';

/**
 * A folder of binaries that the user of the server can run: that of the candidate, or a copy. A copy is needed if the user
 * cannot read the folder (a project in the home folder of root), if the install script that restores links between
 * libraries did not run, or if a package manager dropped the permission to execute. node_modules is never changed.
 *
 * The copy is kept in the cache, or in `spare` for this run only. It is created under another name and renamed, so that
 * it is always complete. It is compared with the original before it is used.
 * @returns undefined if a copy is needed and cannot be created.
 */
export function usableBin(
  candidate: Candidate,
  account: ServerUser,
  folders: { readonly cache: Cache | undefined; readonly spare: () => string },
): string | undefined {
  if (runsInPlace(candidate, account)) return candidate.bin;
  const { tree } = candidate;
  if (tree === undefined) return undefined;
  if (!folders.cache) {
    const spare = folders.spare();
    copyTree(tree, spare);
    return path.join(spare, 'bin');
  }
  const copy = path.join(folders.cache.binaries, `${candidate.version}-${identity(candidate)}`);
  if (!existsSync(copy) || !isPrivateFolder(copy) || !isWholeCopy(tree, copy)) replaceCopy(tree, copy);
  markUsed(copy);
  return path.join(copy, 'bin');
}

/**
 * Tells one build of the server from another of the same version. A package from npm has the same files
 * wherever it lies; of any other the path counts as well.
 */
export function identity({ bin, tree }: Candidate): string {
  const hash = createHash('sha256');
  if (tree === undefined || listedLinks(tree).length === 0) hash.update(realpathSync(bin));
  for (const name of ['postgres', 'initdb'] as const) {
    const { size, mtimeMs } = statSync(program(bin, name));
    hash.update(`|${size} ${mtimeMs}`);
  }
  return hash.digest('hex').slice(0, 16);
}

function runsInPlace({ bin, tree }: Candidate, account: ServerUser): boolean {
  const programs = [program(bin, 'postgres'), program(bin, 'initdb')];
  if (!programs.every((file) => canAccess(account, file, 'execute') && canAccess(account, file, 'read'))) {
    return false;
  }
  if (tree === undefined) return true;
  const folders = ['lib', 'share'].map((name) => path.join(tree, name)).filter((name) => existsSync(name));
  return (
    folders.every((folder) => canAccess(account, folder, 'read') && canAccess(account, folder, 'execute')) &&
    listedLinks(tree).every(({ name }) => lstatSync(path.join(tree, name), { throwIfNoEntry: false }))
  );
}

function replaceCopy(tree: string, copy: string): void {
  const fresh = unfinishedEntry(path.dirname(copy));
  mkdirSync(fresh);
  chmodSync(fresh, 0o755);
  try {
    copyTree(tree, fresh);
    rmSync(copy, { recursive: true, force: true });
    renameSync(fresh, copy);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    // Another run may have been first; its copy is as good.
    if (!existsSync(copy) || !isWholeCopy(tree, copy)) throw error;
  }
}
