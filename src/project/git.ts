import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DriftmarkError } from '../errors.js';

const exec = promisify(execFile);
const MAX_BYTES = 1024 ** 3;

/** The error for a failed git command. */
interface GitFailure {
  readonly message: string;
  readonly remedy: string;
  /** The remedy if git is not installed. */
  readonly withoutGit: string;
}

/**
 * Runs git and returns its stdout.
 * @throws {DriftmarkError} `git-failed`
 */
export async function git(args: readonly string[], cwd: string, failure: GitFailure): Promise<string> {
  // In a hook of a linked worktree, GIT_DIR is set, and git would take the working directory for the top of the tree.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, ...env } = process.env;
  try {
    const { stdout } = await exec('git', args, {
      cwd,
      maxBuffer: MAX_BYTES,
      env: { ...env, LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const said = (error as { readonly stderr?: string }).stderr?.trim().replace(/^fatal: /, '') ?? '';
    throw new DriftmarkError(
      'git-failed',
      isMissing ? 'git is not installed or not on PATH.' : failure.message,
      {
        ...(said !== '' && { details: [{ label: 'git', text: said }] }),
        remedy: isMissing ? failure.withoutGit : failure.remedy,
        cause: error,
      },
    );
  }
}

/**
 * The text of a file at a git revision.
 * @param file Relative to the working directory, as every path on the command line.
 * @throws {DriftmarkError} `git-failed` if git, the repository, the revision or the file does not exist.
 * @example await textAtRevision('main', 'report.sql.md', process.cwd())
 */
export function textAtRevision(revision: string, file: string, cwd: string): Promise<string> {
  const object = `${revision}:./${file.replaceAll('\\', '/').replace(/^(\.\/)+/, '')}`;
  return git(['show', '--end-of-options', object], cwd, {
    message: `git has no ${file} at ${revision}.`,
    remedy:
      'Use a revision and a path relative to the working directory, such as git:main:report.sql.md. A shallow clone lacks other revisions.',
    withoutGit: 'Install git, or use a file as the source.',
  });
}
