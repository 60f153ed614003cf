import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { serverEnvironment } from './environment.js';

/** The path of a server program. */
export function program(bin: string, name: 'postgres' | 'initdb'): string {
  return path.join(bin, process.platform === 'win32' ? `${name}.exe` : name);
}

/** The version that `postgres --version` prints: `15.18`. Undefined if the program does not run. */
export function runVersion(bin: string): string | undefined {
  const run = spawnSync(program(bin, 'postgres'), ['--version'], {
    encoding: 'utf8',
    env: serverEnvironment(),
    windowsHide: true,
    timeout: 20_000,
  });
  return run.status === 0 ? /\(PostgreSQL\) (\d[\w.]*)/.exec(run.stdout)?.[1] : undefined;
}

/** `18.4` gives 18. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
