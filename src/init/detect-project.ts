import path from 'node:path';
import { INVOCATIONS } from '../project/invocation.js';
import { findPackageManager, type PackageManager } from '../project/package-manager.js';
import { exists } from '../util/fs.js';
import { detectPostgres, type DetectedPostgres, type UnclearPostgres } from './detect-postgres.js';
import { nodeMajorFor } from './node-version.js';

/** The project that `init` sets up, and how commands run in it. */
export interface Project {
  /** Absolute path of the folder that it sets up. */
  readonly root: string;
  /** Absolute path of the git repository; without one, of `root`. */
  readonly repository: string;
  /** Undefined if `root` has no package.json. */
  readonly packageManager: PackageManager | undefined;
  /** How to run driftmark: `npx driftmark`, or the same with another package manager. */
  readonly driftmark: string;
  /** The same for a hook: without the start-up time of npx, if the package is in `root`. */
  readonly hookCommand: string;
  /** What CI must install before a check. */
  readonly installs: readonly PackageManager[];
  /** The major version of Node for CI. */
  readonly nodeMajor: number;
  /** The PostgreSQL version that the project states. */
  readonly postgres: DetectedPostgres | undefined;
  /** What it states if it is not exactly one version that driftmark supports. */
  readonly unclearPostgres: UnclearPostgres | undefined;
}

/**
 * Detects the package manager, the repository and the versions of a project.
 * @param root Absolute path of the folder to set up.
 * @param dirs Absolute paths of the folders of its targets.
 */
export async function detectProject(root: string, dirs: readonly string[]): Promise<Project> {
  const packageManager = await findPackageManager(root);
  const repository = await findRepository(root);
  // Without a package.json, npx has to download driftmark and must not ask.
  const driftmark = packageManager ? INVOCATIONS[packageManager.name] : 'npx --yes driftmark';
  const isInRoot = packageManager?.name === 'npm' && packageManager.dir === root;
  const packages = await Promise.all(
    dirs.map(async (each) => findPackageManager(await packageOf(each, root))),
  );
  const installs = new Map(
    [packageManager, ...packages].flatMap((each) => (each ? [[each.dir, each] as const] : [])),
  );
  const folders = [root, ...installs.keys(), repository];
  const { used, unclear } = await detectPostgres(folders);
  return {
    root,
    repository,
    packageManager,
    driftmark,
    hookCommand: isInRoot ? 'node_modules/.bin/driftmark' : driftmark,
    installs: [...installs.values()],
    nodeMajor: await nodeMajorFor(folders),
    postgres: used,
    unclearPostgres: unclear,
  };
}

/** The nearest folder with a package.json at or above a folder, but not above the root. */
async function packageOf(folder: string, root: string): Promise<string> {
  for (let dir = folder; dir.startsWith(root + path.sep); dir = path.dirname(dir))
    if (await exists(path.join(dir, 'package.json'))) return dir;
  return root;
}

async function findRepository(root: string): Promise<string> {
  for (let dir = root; ; dir = path.dirname(dir)) {
    if (await exists(path.join(dir, '.git'))) return dir;
    if (dir === path.dirname(dir)) return root;
  }
}

/** The path of a folder from the top of the repository, with `/` between names; empty for the top itself. */
export const pathInRepository = ({ repository }: Project, dir: string): string =>
  path.relative(repository, dir).replaceAll('\\', '/');

/** A shell command that changes into a folder. */
export const cdCommand = (folder: string): string => `cd '${folder.replaceAll("'", `'\\''`)}'`;

/** A command as it is run from the top of the repository, without leaving it. */
export function fromRepository(project: Project, command: string): string {
  const below = pathInRepository(project, project.root);
  return below === '' ? command : `(${cdCommand(below)} && ${command})`;
}
