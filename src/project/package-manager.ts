import path from 'node:path';
import { detect, resolveCommand, type Agent } from 'package-manager-detector';
import { readTextIfExists } from '../util/fs.js';
import { managerOf, type PackageManagerName } from './invocation.js';
import { findWorkspaces } from './workspaces.js';

/** The package manager of a package, and its commands. */
export interface PackageManager {
  readonly name: PackageManagerName;
  /** Absolute path of the folder with the lock file; without one, of the package. */
  readonly dir: string;
  /** Installs exactly what the lock file lists, if there is one: `npm ci`. */
  readonly install: string;
  /** Adds driftmark to the package; undefined if the package has it. */
  readonly add: string | undefined;
}

/**
 * Detects the package manager of a package by its lock file and its package.json.
 * @returns undefined if the folder has no package.json.
 */
export async function findPackageManager(root: string): Promise<PackageManager | undefined> {
  const packageJson = await readTextIfExists(path.join(root, 'package.json'));
  if (packageJson === undefined) return undefined;
  const found = await detect({ cwd: root });
  const locked = await detect({ cwd: root, strategies: ['lockfile'] });
  const dir = locked ? await lockFolder(root) : root;
  const agent = found?.agent === 'yarn' && (await isBerry(dir)) ? 'yarn@berry' : (found?.agent ?? 'npm');
  const isThere = /"driftmark"\s*:\s*"/.test(packageJson);
  return {
    name: managerOf(agent),
    dir,
    install: commandOf(agent, locked === null ? 'install' : 'frozen'),
    add: isThere
      ? undefined
      : commandOf(
          agent,
          'add',
          ...((await findWorkspaces(root)) ? (AT_ROOT[agent] ?? []) : []),
          '-D',
          'driftmark',
        ),
  };
}

const LOCK_FILES = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
];

/** The nearest folder at or above a package that has a lock file. */
async function lockFolder(root: string): Promise<string> {
  for (let dir = root; ; dir = path.dirname(dir)) {
    const texts = await Promise.all(LOCK_FILES.map((name) => readTextIfExists(path.join(dir, name))));
    if (texts.some((text) => text !== undefined)) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** These package managers refuse to add to the root of a workspace without a flag. */
const AT_ROOT: Partial<Readonly<Record<Agent, readonly string[]>>> = {
  pnpm: ['-w'],
  'pnpm@6': ['-w'],
  yarn: ['-W'],
};

/** Whether Yarn is version 2 or later, if package.json does not say so: by its settings or its lock file. */
async function isBerry(dir: string): Promise<boolean> {
  const [settings, lock] = await Promise.all(
    ['.yarnrc.yml', 'yarn.lock'].map((name) => readTextIfExists(path.join(dir, name))),
  );
  return settings !== undefined || lock?.includes('__metadata:') === true;
}

function commandOf(agent: Agent, name: 'frozen' | 'install' | 'add', ...args: string[]): string {
  // Deno has no command like `npm ci`. Its packages come from npm.
  const resolved = resolveCommand(agent === 'deno' ? 'npm' : agent, name, args);
  return resolved ? [resolved.command, ...resolved.args].join(' ') : 'npm ci';
}
