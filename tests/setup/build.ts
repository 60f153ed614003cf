import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * Builds `dist` before any test runs: the tests load the built files, as a user would. Then it writes the file that
 * `DRIFTMARK_BUILT` names, if any, for other work that needs `dist` (`.ci/run`).
 */
export default function build(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  for (const program of [[tsc, '-p', 'tsconfig.build.json'], ['bundle.js']])
    execFileSync(process.execPath, program, { stdio: 'inherit' });
  const { DRIFTMARK_BUILT: built } = process.env;
  if (built) writeFileSync(built, '');
}
