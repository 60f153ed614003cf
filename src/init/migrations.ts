import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { glob } from 'tinyglobby';
import { exists } from '../util/fs.js';
import { detectMigrations, isMigrationsFolder } from '../migrations/migrations.js';

/** A migrations folder and the package that it belongs to, with `/` between names. */
export interface FoundMigrations {
  /** The package's folder, relative to where the search began; `.` for that folder itself. */
  readonly dir: string;
  /** Relative to the package. */
  readonly migrations: string;
}

const NOT_SOURCE = ['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', '.*'];
const TESTS = ['test', 'tests', '__tests__', 'fixtures', '__fixtures__', 'examples'];

/** The migrations folders at or below a folder, as far as they are called so. */
export async function findMigrationFolders(root: string): Promise<readonly FoundMigrations[]> {
  const found = await glob('**/{migrations,migrate}', {
    cwd: root,
    onlyDirectories: true,
    expandDirectories: false,
    deep: 6,
    ignore: [...NOT_SOURCE, ...TESTS].map((name) => `**/${name}/**`),
  });
  const folders = found.map((folder) => folder.replace(/\/+$/, '')).sort();
  const holds = await Promise.all(folders.map((folder) => holdsMigrations(path.join(root, folder))));
  return Promise.all(folders.filter((_, at) => holds[at]).map((folder) => inPackage(root, folder)));
}

async function holdsMigrations(folder: string): Promise<boolean> {
  if (await isOne(folder)) return true;
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory());
  const answers = await Promise.all(below.map(({ name }) => isOne(path.join(folder, name))));
  return answers.includes(true);
}

const isOne = async (folder: string) => isMigrationsFolder(await detectMigrations(folder, folder));

/** The nearest folder above with a package.json, else the one where the search began. */
async function inPackage(root: string, folder: string): Promise<FoundMigrations> {
  for (let dir = path.posix.dirname(folder); dir !== '.'; dir = path.posix.dirname(dir)) {
    if (await exists(path.join(root, dir, 'package.json')))
      return { dir, migrations: path.posix.relative(dir, folder) };
  }
  return { dir: '.', migrations: folder };
}
