import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { exists, readTextIfExists } from '../util/fs.js';

/**
 * The package folders of a workspace whose root a folder is: npm and yarn name them in package.json, pnpm in
 * pnpm-workspace.yaml. The root itself comes first. Undefined where the folder is no such root.
 * @throws {DriftmarkError} `file-failed` where the list cannot be read.
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
  // Without packages the file holds settings only.
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
    throw new DriftmarkError('file-failed', `The workspaces could not be read: ${String(error)}`, {
      place: { file },
      remedy: 'Correct the file.',
      cause: error,
    });
  }
}
