import path from 'node:path';
import type { Config } from '../config/config.js';
import type { UserTarget } from '../config/schema.js';
import { DriftmarkError } from '../errors.js';
import { omitUndefined } from '../util/omit-undefined.js';
import { findWorkspaces } from './workspaces.js';

/** An entry of the setting `targets`: its index and its values. */
export interface TargetEntry {
  readonly index: number;
  readonly values: UserTarget;
}

/** The settings of a package. A package that the config names must have migrations; one that a pattern matches need not. */
export type Described = UserTarget & {
  readonly dir: string;
  readonly entry?: TargetEntry;
  readonly isNamed?: true;
};

/** Those at or below the working directory. */
export async function configured(config: Config): Promise<Described[]> {
  const isBelow = ({ dir }: Described) => !path.relative(config.cwd, dir).startsWith('..');
  const all = await fromConfig(config);
  return config.targets === undefined && all.length === 1 ? all : all.filter(isBelow);
}

/** The packages that the config names or that its patterns match; without `targets`, those of the workspace, or this one. */
export async function fromConfig({ root, cwd, file, targets, defaults }: Config): Promise<Described[]> {
  if (targets === undefined) {
    const { name, migrations, report } = defaults;
    const dir = file === undefined ? cwd : root;
    const described = omitUndefined({ name, migrations, report });
    const isNamed = migrations !== undefined && { isNamed: true as const };
    if (Object.keys(described).length > 0) return [{ dir, ...described, ...isNamed }];
    return ((await findWorkspaces(dir)) ?? [dir]).map((each) => ({ dir: each }));
  }
  const { isDynamicPattern } = await import('tinyglobby');
  const described = await Promise.all(
    targets.map(async (target, index): Promise<Described[]> => {
      const entry = { index, values: typeof target === 'string' ? { path: target } : target };
      if (typeof target !== 'string')
        return [{ ...target, entry, isNamed: true, dir: path.resolve(root, target.path ?? '.') }];
      if (!isDynamicPattern(target)) return [{ entry, isNamed: true, dir: path.resolve(root, target) }];
      const found = await foldersMatching(target, root);
      if (found.length === 0) throw matchesNothing(`No folder matches ${target}.`, index, file);
      return found.map((dir) => ({ entry, dir }));
    }),
  );
  return described.flat();
}

/** Absolute paths of the folders that a pattern matches, in order. */
export async function foldersMatching(pattern: string, cwd: string): Promise<readonly string[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(pattern, {
    cwd,
    onlyDirectories: true,
    absolute: true,
    ignore: ['**/node_modules/**'],
  });
  return found.sort().map((dir) => path.resolve(dir));
}

/** If the config selects nothing, names the first pattern that matches folders, but none with migrations. */
export function assertPatternMatches({ targets = [], cwd, root, file }: Config): void {
  // Below the root, only the targets there are looked at.
  const index = cwd === root ? targets.findIndex((each) => typeof each === 'string') : -1;
  if (index !== -1)
    throw matchesNothing(
      `No package with migrations matches ${JSON.stringify(targets[index])}.`,
      index,
      file,
    );
}

const matchesNothing = (message: string, index: number, file: string | undefined) =>
  new DriftmarkError('no-target', message, {
    place: { ...(file !== undefined && { file }), object: `targets[${index}]` },
    remedy: 'Correct or remove the pattern: its packages would not be checked.',
  });
