import { access } from 'node:fs/promises';
import path from 'node:path';
import { detect, resolveCommand } from 'package-manager-detector';
import { textOf } from './planned-file.js';

/** Where `init` runs, and how commands are run there. */
export interface Place {
  /** Absolute path of the folder that it sets up. */
  readonly root: string;
  /** Absolute path of the git repository, or the same folder. */
  readonly repository: string;
  /** Undefined where there is no package.json. */
  readonly packageManager: PackageManager | undefined;
  /** `npx driftmark`, or what does the same with another package manager. */
  readonly driftmark: string;
}

export interface PackageManager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun';
  /** Installs what the lock file says, where there is one: `npm ci`. */
  readonly install: string;
  /** Adds driftmark to the package; undefined where it is there. */
  readonly add: string | undefined;
}

/** Looks around. */
export async function findPlace(root: string): Promise<Place> {
  const packageJson = await textOf(root, 'package.json');
  const packageManager = packageJson === undefined ? undefined : await findPackageManager(root, packageJson);
  const { name } = packageManager ?? { name: 'none' };
  return { root, repository: await findRepository(root), packageManager, driftmark: DRIFTMARK[name] };
}

const DRIFTMARK = {
  npm: 'npx driftmark',
  pnpm: 'pnpm exec driftmark',
  yarn: 'yarn driftmark',
  bun: 'bunx driftmark',
  none: 'npx --yes driftmark',
} as const;

async function findPackageManager(root: string, packageJson: string): Promise<PackageManager> {
  const agent = (await detect({ cwd: root }))?.agent ?? 'npm';
  const isLocked = (await detect({ cwd: root, strategies: ['lockfile'] })) !== null;
  const known = (['pnpm', 'yarn', 'bun'] as const).find((each) => agent.startsWith(each));
  const used = known === undefined ? 'npm' : agent;
  const command = (name: 'frozen' | 'install' | 'add', ...args: string[]) => {
    const resolved = resolveCommand(used, name, args);
    return resolved ? [resolved.command, ...resolved.args].join(' ') : 'npm ci';
  };
  const isThere = /"driftmark"\s*:\s*"/.test(packageJson);
  return {
    name: known ?? 'npm',
    install: command(isLocked ? 'frozen' : 'install'),
    add: isThere ? undefined : command('add', '-D', 'driftmark'),
  };
}

async function findRepository(root: string): Promise<string> {
  for (let dir = root; ; dir = path.dirname(dir)) {
    const found = await access(path.join(dir, '.git')).then(
      () => true,
      () => false,
    );
    if (found) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** A command as it is run from the top of the repository. */
export function fromRepository({ root, repository }: Place, command: string): string {
  const below = path.relative(repository, root).replaceAll('\\', '/');
  return below === '' ? command : `cd '${below.replaceAll("'", `'\\''`)}' && ${command}`;
}
