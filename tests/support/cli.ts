import { spawn } from 'node:child_process';
import path from 'node:path';

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

const BIN = path.resolve('bin/driftmark.js');

/** The environment of a command: none of what a developer's or CI's machine may have set. */
export function cleanEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, DRIFTMARK_CACHE_DIR } = process.env;
  return {
    PATH,
    HOME,
    ...(TMPDIR && { TMPDIR }),
    ...(DRIFTMARK_CACHE_DIR && { DRIFTMARK_CACHE_DIR }),
    ...extra,
  };
}

/** Runs the command as a user would, to its end. */
export function driftmark(args: readonly string[], { cwd, env, uid, gid }: CliOptions): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: cleanEnv(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
    });
    const chunks = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (chunks.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (chunks.stderr += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, ...chunks });
    });
  });
}
