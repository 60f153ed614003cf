import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DriftmarkError } from '../errors.js';

const exec = promisify(execFile);
const MOST_BYTES = 1024 ** 3;

/** What is said where git has no answer, and what to do then; `without` where there is no git at all. */
interface Trouble {
  readonly message: string;
  readonly remedy: string;
  readonly without: string;
}

/**
 * What git prints.
 * @throws {DriftmarkError} `git-failed`.
 */
export async function git(args: readonly string[], cwd: string, trouble: Trouble): Promise<string> {
  // A hook of a linked worktree has GIT_DIR set; with it, git takes the working directory for the top of the tree.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, ...env } = process.env;
  try {
    const { stdout } = await exec('git', args, {
      cwd,
      maxBuffer: MOST_BYTES,
      env: { ...env, LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const said = (error as { readonly stderr?: string }).stderr?.trim().replace(/^fatal: /, '') ?? '';
    throw new DriftmarkError('git-failed', isMissing ? 'There is no git on this machine.' : trouble.message, {
      ...(said !== '' && { details: [{ label: 'git', text: said }] }),
      remedy: isMissing ? trouble.without : trouble.remedy,
      cause: error,
    });
  }
}

/**
 * The text of a file at a git revision. The path is relative to the working directory, as every other path on the
 * command line is.
 * @throws {DriftmarkError} `git-failed`: no git, no repository, no such revision or file.
 */
export function textAtRevision(revision: string, file: string, cwd: string): Promise<string> {
  const object = `${revision}:./${file.replaceAll('\\', '/').replace(/^(\.\/)+/, '')}`;
  return git(['show', '--end-of-options', object], cwd, {
    message: `git has no ${file} at ${revision}.`,
    remedy:
      'Name a revision and a path from here, such as git:main:report.sql.md; a shallow clone lacks other revisions.',
    without: 'Install git, or name a file.',
  });
}
