import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DriftmarkError } from './errors.js';

const exec = promisify(execFile);
const MOST_BYTES = 1024 ** 3;

/**
 * The text of a file at a git revision. The path is relative to the working directory, as every other path on the
 * command line is.
 * @throws {DriftmarkError} `git-failed`: no git, no repository, no such revision or file.
 */
export async function textAtRevision(revision: string, file: string, cwd: string): Promise<string> {
  const object = `${revision}:./${file.replaceAll('\\', '/').replace(/^(\.\/)+/, '')}`;
  try {
    const { stdout } = await exec('git', ['show', '--end-of-options', object], {
      cwd,
      maxBuffer: MOST_BYTES,
      env: { ...process.env, LC_ALL: 'C' },
    });
    return stdout;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const said = (error as { readonly stderr?: string }).stderr?.trim().replace(/^fatal: /, '') ?? '';
    throw new DriftmarkError(
      'git-failed',
      isMissing ? 'There is no git on this machine.' : `git has no ${file} at ${revision}.`,
      {
        ...(said !== '' && { details: [{ label: 'git', text: said }] }),
        remedy: isMissing
          ? 'Install git, or name a file.'
          : 'Name a revision and a path from here, such as git:main:report.sql.md; a shallow clone lacks other revisions.',
        cause: error,
      },
    );
  }
}
