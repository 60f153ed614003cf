import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** Builds `dist` before any test runs: the tests load the built files, as a user would. */
export default function build(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  for (const program of [[tsc, '-p', 'tsconfig.build.json'], ['bundle.js']])
    execFileSync(process.execPath, program, { stdio: 'inherit' });
}
