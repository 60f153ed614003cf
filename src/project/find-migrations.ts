import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { detectMigrations, isMigrationsFolder } from '../migrations/migrations.js';
import { isForeignFolder, TEST_FOLDERS } from './migration-folders.js';
import { exists } from '../util/fs.js';

/** A migrations folder and the package that it belongs to, with `/` between names. */
export interface FoundMigrations {
  /** The package's folder, relative to the folder of the search; `.` for that folder itself. */
  readonly dir: string;
  /** Relative to the package. */
  readonly migrations: string;
}

/** The usual names of migrations folders. */
export const FOLDER_NAMES = ['migrations', 'migrate', 'migration', 'drizzle'] as const;
/** How many levels deep they are looked for. */
export const SEARCH_DEPTH = 6;

const NOT_SOURCE = ['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', '.*'];

/**
 * Finds the folders with migrations at or below a folder. Tests and the folders of other database products are left out.
 */
export async function findMigrationFolders(root: string): Promise<readonly FoundMigrations[]> {
  const { glob } = await import('tinyglobby');
  const named = await glob(`**/{${FOLDER_NAMES.join(',')}}`, {
    cwd: root,
    onlyDirectories: true,
    expandDirectories: false,
    deep: SEARCH_DEPTH,
    ignore: [...NOT_SOURCE, ...TEST_FOLDERS].map((name) => `**/${name}/**`),
  });
  const all = named.map((folder) => folder.replace(/\/+$/, '')).sort();
  const isForeign = await Promise.all(all.map((folder) => isForeignPath(root, folder)));
  const folders = all.filter((_, at) => isForeign[at] !== true);
  const contents = await Promise.all(folders.map((folder) => contentsOf(root, folder)));
  const found = contents.filter(({ isOne, below }) => isOne || below.length > 0);
  return Promise.all(withoutNested(found).map(({ folder }) => inPackage(root, folder)));
}

/** Whether a folder on the way is for another database product. A package may be called so and still be the project's. */
async function isForeignPath(root: string, folder: string): Promise<boolean> {
  for (let dir = folder; dir !== '.'; dir = path.posix.dirname(dir)) {
    if (isForeignFolder(path.posix.basename(dir)) && !(await exists(path.join(root, dir, 'package.json'))))
      return true;
  }
  return false;
}

/** A package folder, and the migrations folder in it. */
interface Contents {
  readonly folder: string;
  /** Whether migrations are directly in the folder. */
  readonly isOne: boolean;
  /** Its subfolders with migrations. */
  readonly below: readonly string[];
}

async function contentsOf(root: string, folder: string): Promise<Contents> {
  const place = path.join(root, folder);
  const detected = await detectMigrations(place, place);
  const isOne = isMigrationsFolder(detected);
  if (isOne && detected.layout.usesSubfolders === true) return { folder, isOne, below: [] };
  const entries = await readdir(place, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && !isForeignFolder(entry.name))
    .map(({ name }) => name);
  const holds = await Promise.all(names.map((name) => holdsMigrations(path.join(place, name))));
  return {
    folder,
    isOne,
    below: names.filter((_, at) => holds[at]).map((name) => `${folder}/${name}`),
  };
}

const holdsMigrations = async (folder: string) => isMigrationsFolder(await detectMigrations(folder, folder));

/** Leaves one of two folders of which one is in the other: a target includes the subfolders of its migrations folder. */
function withoutNested(all: readonly Contents[]): readonly Contents[] {
  const names = new Set(all.map(({ folder }) => folder));
  const isSpare = ({ isOne, below }: Contents) => !isOne && below.every((folder) => names.has(folder));
  const kept = all.filter((each) => !isSpare(each));
  const covered = new Set(kept.flatMap(({ below }) => below));
  return kept.filter(({ folder }) => !covered.has(folder));
}

/** Assigns a folder to the nearest folder above it with a package.json, else to the folder of the search. */
async function inPackage(root: string, folder: string): Promise<FoundMigrations> {
  for (let dir = path.posix.dirname(folder); dir !== '.'; dir = path.posix.dirname(dir)) {
    if (await exists(path.join(root, dir, 'package.json')))
      return { dir, migrations: path.posix.relative(dir, folder) };
  }
  return { dir: '.', migrations: folder };
}
