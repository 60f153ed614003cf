import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { git } from './git.js';
import type { Target } from './targets.js';

/**
 * The targets whose migrations, report, set-up file, package.json, knexfile or config changed since the current branch
 * left a git revision, in commits or in the working copy. Files that these import from elsewhere are not considered.
 * @throws {DriftmarkError} `git-failed` if git, the repository or the revision does not exist.
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
          file === folder ||
          file.startsWith(`${folder ?? ''}${path.sep}`) ||
          (path.dirname(file) === dir && /^(package\.json|knexfile\.\w+)$/.test(path.basename(file))),
      );
    }),
  );
  return targets.filter((_, at) => isChanged[at]);
}

/** Whether the repository has no commit yet. All files count as changed then. */
async function isUnborn(cwd: string): Promise<boolean> {
  const inside = await ask(['rev-parse', '--is-inside-work-tree'], cwd);
  const head = await ask(['rev-parse', '--verify', '--quiet', 'HEAD'], cwd).catch(() => '');
  return inside.trim() === 'true' && head === '';
}

/** Absolute paths, with links resolved, of the files that were changed, added or removed. */
async function changedFiles(revision: string, cwd: string): Promise<readonly string[]> {
  const root = (await ask(['rev-parse', '--show-toplevel'], cwd)).trim();
  // Without `--end-of-options`, git would take a revision such as `--output` for an option.
  const commit = (
    await git(['rev-parse', '--verify', '--end-of-options', `${revision}^{commit}`], cwd, {
      ...FAILURE,
      message: `git does not know the revision ${JSON.stringify(revision)}.`,
    })
  ).trim();
  // A shallow clone may lack the commit where the branch began. The revision itself is used then.
  const base = await ask(['merge-base', commit, 'HEAD'], cwd).catch(() => commit);
  const lists = await Promise.all([
    ask(['diff', '--name-only', '--no-renames', '-z', base.trim(), '--'], root),
    ask(['ls-files', '--others', '--exclude-standard', '-z'], root),
  ]);
  const names = lists.flatMap((list) => list.split('\0')).filter((name) => name !== '');
  const realRoot = await real(root);
  return names.map((name) => path.resolve(realRoot, name));
}

const FAILURE = {
  message: 'git could not list the changed files.',
  remedy:
    'Use a revision that this repository has. A shallow clone lacks older ones (in GitHub Actions, set fetch-depth: 0).',
  withoutGit: 'Install git, or leave out --changed-since.',
};

const ask = (args: readonly string[], cwd: string) => git(args, cwd, FAILURE);

/** A path with its links resolved, also if the file does not exist. */
async function real(file: string): Promise<string> {
  const dir = path.dirname(file);
  return realpath(file).catch(async () =>
    dir === file ? file : path.join(await real(dir), path.basename(file)),
  );
}
