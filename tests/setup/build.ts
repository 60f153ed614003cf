import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * Builds `dist` before any test runs: the tests load the built files, as a user would. Then it writes the file that
 * `DRIFTMARK_BUILT` names, if any, for other work that needs `dist` (`.ci/run`).
 */
export default function build(): void {
  execFileSync('npm', ['run', '--silent', 'build'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const { DRIFTMARK_BUILT: built } = process.env;
  if (built) writeFileSync(built, '');
}
