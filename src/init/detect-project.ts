import path from 'node:path';
import { findPackageManager, type PackageManager } from './package-manager.js';
import { exists } from '../util/fs.js';
import { readText } from './planned-file.js';

/** Where `init` runs, and how commands are run there. */
export interface Project {
  /** Absolute path of the folder that it sets up. */
  readonly root: string;
  /** Absolute path of the git repository, or the same folder. */
  readonly repository: string;
  /** Undefined where there is no package.json. */
  readonly packageManager: PackageManager | undefined;
  /** `npx driftmark`, or what does the same with another package manager. */
  readonly driftmark: string;
}

/** Looks around. */
export async function detectProject(root: string): Promise<Project> {
  const packageJson = await readText(root, 'package.json');
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

async function findRepository(root: string): Promise<string> {
  for (let dir = root; ; dir = path.dirname(dir)) {
    if (await exists(path.join(dir, '.git'))) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** The folder from the top of the repository, with `/` between names; empty where it is the same. */
export const belowRepository = ({ root, repository }: Project): string =>
  path.relative(repository, root).replaceAll('\\', '/');

/** The line of a shell that goes there; none where it is the same. */
export function cdCommand(place: Project): string | undefined {
  const below = belowRepository(place);
  return below === '' ? undefined : `cd '${below.replaceAll("'", `'\\''`)}'`;
}

/** A command as it is run from the top of the repository, without leaving it. */
export function fromRepository(place: Project, command: string): string {
  const change = cdCommand(place);
  return change === undefined ? command : `(${change} && ${command})`;
}
