import path from 'node:path';
import { detect, resolveCommand, type Agent } from 'package-manager-detector';
import { findWorkspaces } from '../project/workspaces.js';
import { readText } from './planned-file.js';

export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Absolute path of the folder with the lock file; without one, of the package. */
  readonly dir: string;
  /** Installs exactly what the lock file lists, if there is one: `npm ci`. */
  readonly install: string;
  /** Adds driftmark to the package; undefined if the package has it. */
  readonly add: string | undefined;
}

/**
 * Detects the package manager of a package by its lock file and its package.json.
 * @returns undefined if the folder does not contain a package.json.
 */
export async function findPackageManager(root: string): Promise<PackageManager | undefined> {
  const packageJson = await readText(root, 'package.json');
  if (packageJson === undefined) return undefined;
  const found = await detect({ cwd: root });
  const locked = await detect({ cwd: root, strategies: ['lockfile'] });
  const dir = locked ? await lockFolder(root) : root;
  const agent = found?.agent === 'yarn' && (await isBerry(dir)) ? 'yarn@berry' : (found?.agent ?? 'npm');
  const name = (['pnpm', 'yarn', 'bun'] as const).find((each) => agent.startsWith(each)) ?? 'npm';
  const isThere = /"driftmark"\s*:\s*"/.test(packageJson);
  return {
    name,
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
    const texts = await Promise.all(LOCK_FILES.map((name) => readText(dir, name)));
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
  const [settings, lock] = await Promise.all([readText(dir, '.yarnrc.yml'), readText(dir, 'yarn.lock')]);
  return settings !== undefined || lock?.includes('__metadata:') === true;
}

function commandOf(agent: Agent, name: 'frozen' | 'install' | 'add', ...args: string[]): string {
  // Deno has no command like `npm ci`. Its packages come from npm.
  const resolved = resolveCommand(agent === 'deno' ? 'npm' : agent, name, args);
  return resolved ? [resolved.command, ...resolved.args].join(' ') : 'npm ci';
}
