import { chmodSync, constants, copyFileSync, existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { readdirSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';

/** What is in a tree of binaries but never needed to run a server. */
const unneeded = /\.a$|^(pkgconfig|pgxs|include|doc|man|locale)$/;

interface Link {
  /** Path inside of the tree. */
  readonly name: string;
  /** Relative to the link's folder. */
  readonly target: string;
}

/**
 * The links between shared libraries that an npm package lists, since npm cannot pack links. Its install
 * script makes them, if it runs. Empty for any other tree.
 */
export function listedLinks(tree: string): Link[] {
  const list = path.join(tree, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  // Both are relative to the package, thus begin with the tree's own name.
  return links.map(({ source, target }) => ({
    name: path.relative(path.basename(tree), target),
    target: path.relative(path.dirname(target), source),
  }));
}

/** A regular file of a tree: its path inside and its size in bytes. */
interface TreeFile {
  readonly name: string;
  readonly size: number;
}

/** All files that a copy needs. Links inside the tree count as the files that they lead to. */
function* neededFiles(tree: string, below = ''): Generator<TreeFile> {
  for (const entry of readdirSync(path.join(tree, below), { withFileTypes: true })) {
    if (unneeded.test(entry.name)) continue;
    const name = path.join(below, entry.name);
    const stats = entry.isDirectory()
      ? undefined
      : statSync(path.join(tree, name), { throwIfNoEntry: false });
    if (entry.isDirectory()) yield* neededFiles(tree, name);
    else if (stats?.isFile()) yield { name, size: stats.size };
  }
}

const parts = ['bin', 'lib', 'share'];

/** Copies `bin`, `lib` and `share`, with all links restored and modes that let everyone read and run them. */
export function copyTree(from: string, to: string): void {
  const links = new Map(listedLinks(from).map((link) => [link.name, link.target]));
  for (const part of parts) {
    for (const { name } of neededFiles(from, part)) {
      if (links.has(name)) continue;
      const copy = path.join(to, name);
      ensureFolder(to, path.dirname(name));
      copyFileSync(path.join(from, name), copy, constants.COPYFILE_FICLONE);
      chmodSync(copy, part === 'share' ? 0o644 : 0o755);
    }
  }
  for (const [name, target] of links) symlinkSync(target, path.join(to, name));
}

/** Makes the folder and those above it, whatever the umask. */
function ensureFolder(top: string, below: string): void {
  const folder = path.join(top, below);
  if (existsSync(folder)) return;
  ensureFolder(top, path.dirname(below));
  mkdirSync(folder);
  chmodSync(folder, 0o755);
}

/** Whether every file and link of the tree is in the copy, with the same size. */
export function isWholeCopy(tree: string, copy: string): boolean {
  const links = listedLinks(tree);
  const names = new Set(links.map(({ name }) => name));
  for (const part of parts) {
    for (const { name, size } of neededFiles(tree, part)) {
      if (names.has(name)) continue;
      if (lstatSync(path.join(copy, name), { throwIfNoEntry: false })?.size !== size) return false;
    }
  }
  return links.every(({ name }) => existsSync(path.join(copy, name)));
}
