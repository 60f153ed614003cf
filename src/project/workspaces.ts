import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { exists, readTextIfExists } from '../util/fs.js';
import { reasonOf } from '../util/system-error.js';

/**
 * The package folders of a workspace, by its root folder: npm and Yarn list them in package.json, pnpm in
 * pnpm-workspace.yaml.
 * @returns absolute paths, the root first; undefined if the folder is not the root of a workspace.
 * @throws {DriftmarkError} `file-failed` if the list cannot be read.
 */
export async function findWorkspaces(root: string): Promise<readonly string[] | undefined> {
  const patterns = (await pnpmPatterns(root)) ?? (await npmPatterns(root));
  if (patterns === undefined) return undefined;
  const { glob } = await import('tinyglobby');
  const isNegative = (pattern: string) => pattern.startsWith('!');
  const found = await glob(patterns.filter((pattern) => !isNegative(pattern)).map(asFolder), {
    cwd: root,
    onlyDirectories: true,
    absolute: true,
    expandDirectories: false,
    ignore: [
      '**/node_modules/**',
      ...patterns.filter(isNegative).map((pattern) => asFolder(pattern.slice(1))),
    ],
  });
  const folders = [...new Set(found.map((dir) => path.resolve(dir)))].filter((dir) => dir !== root).sort();
  const isPackage = await Promise.all(folders.map((dir) => exists(path.join(dir, 'package.json'))));
  return [root, ...folders.filter((_, at) => isPackage[at])];
}

const asFolder = (pattern: string) => pattern.replace(/\/+$/, '');

async function pnpmPatterns(root: string): Promise<readonly string[] | undefined> {
  const file = path.join(root, 'pnpm-workspace.yaml');
  const text = await readTextIfExists(file);
  if (text === undefined) return undefined;
  const { parse } = await import('yaml');
  // pnpm also keeps settings in this file. A file without `packages` does not declare a workspace.
  return listIn(file, () => (parse(text) as Listing | null)?.packages);
}

async function npmPatterns(root: string): Promise<readonly string[] | undefined> {
  const file = path.join(root, 'package.json');
  const text = await readTextIfExists(file);
  if (text === undefined) return undefined;
  return listIn(file, () => {
    const { workspaces } = JSON.parse(text) as { readonly workspaces?: unknown };
    return Array.isArray(workspaces) ? workspaces : (workspaces as Listing | undefined)?.packages;
  });
}

interface Listing {
  readonly packages?: unknown;
}

function listIn(file: string, read: () => unknown): readonly string[] | undefined {
  try {
    const list = read();
    return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : undefined;
  } catch (error) {
    throw new DriftmarkError('file-failed', `Could not read the list of workspaces: ${reasonOf(error)}`, {
      place: { file },
      remedy: 'Fix the syntax of the file.',
      cause: error,
    });
  }
}
