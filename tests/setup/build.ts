import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';

/** Builds `dist` before any test runs: the tests load the built files, as a user would. */
export default function build(): void {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' });
}
