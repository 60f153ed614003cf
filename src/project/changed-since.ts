import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { git } from './git.js';
import type { Target } from './targets.js';

/**
 * The targets whose migrations, report, set-up file, package.json, knexfile or config differ from a git revision: from
 * where the current branch left it, in commits or in the working copy. What is imported from elsewhere is not seen.
 * @throws {DriftmarkError} `git-failed`: no git, no repository, no such revision.
 */
export async function changedSince(
  revision: string,
  targets: readonly Target[],
  config: Config,
): Promise<readonly Target[]> {
  if (revision === 'HEAD' && (await isUnborn(config.cwd))) return targets;
  const files = await changedFiles(revision, config.cwd);
  if (config.file !== undefined && files.includes(await real(config.file))) return targets;
  const isChanged = await Promise.all(
    targets.map(async (target) => {
      const [dir, folder, ...own] = await Promise.all(
        [target.dir, target.migrations, target.report, target.settings.setup ?? target.report].map(real),
      );
      return files.some(
        (file) =>
          own.includes(file) ||
          file.startsWith(`${folder ?? ''}${path.sep}`) ||
          (path.dirname(file) === dir && /^(package\.json|knexfile\.\w+)$/.test(path.basename(file))),
      );
    }),
  );
  return targets.filter((_, at) => isChanged[at]);
}

/** Whether there is no commit yet: a check before the first one is about all files. */
async function isUnborn(cwd: string): Promise<boolean> {
  const inside = await ask(['rev-parse', '--is-inside-work-tree'], cwd);
  const head = await ask(['rev-parse', '--verify', '--quiet', 'HEAD'], cwd).catch(() => '');
  return inside.trim() === 'true' && head === '';
}

/** Absolute paths, with links resolved, of all files that were changed, added or removed. */
async function changedFiles(revision: string, cwd: string): Promise<readonly string[]> {
  const root = (await ask(['rev-parse', '--show-toplevel'], cwd)).trim();
  // Without `--end-of-options` a revision that looks like an option would be one.
  const commit = (
    await ask(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`], cwd)
  ).trim();
  // A shallow clone may lack the commit where the branch began; then the revision itself has to do.
  const base = await ask(['merge-base', commit, 'HEAD'], cwd).catch(() => commit);
  const lists = await Promise.all([
    ask(['diff', '--name-only', '--no-renames', '-z', base.trim(), '--'], root),
    ask(['ls-files', '--others', '--exclude-standard', '-z'], root),
  ]);
  const names = lists.flatMap((list) => list.split('\0')).filter((name) => name !== '');
  const realRoot = await real(root);
  return names.map((name) => path.resolve(realRoot, name));
}

const ask = (args: readonly string[], cwd: string) =>
  git(args, cwd, {
    message: 'git cannot say what has changed.',
    remedy:
      'Name a revision that this repository has; a shallow clone lacks others (in GitHub Actions: fetch-depth: 0).',
    without: 'Install git, or leave out --changed-since.',
  });

/** A path with its links resolved, also where the file is gone. */
async function real(file: string): Promise<string> {
  const dir = path.dirname(file);
  return realpath(file).catch(async () =>
    dir === file ? file : path.join(await real(dir), path.basename(file)),
  );
}
