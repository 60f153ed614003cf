import { execFile, execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { cleanEnv, type CliResult } from './cli.js';
import { inFolder } from './folders.js';

export type Files = Readonly<Record<string, string>>;

/** A git repository of these files on the branch `main`, in which `npx driftmark` is this one; gone afterwards. */
export async function inRepository<T>(files: Files, use: (dir: string) => Promise<T>): Promise<T> {
  return inFolder(async (dir) => {
    execFileSync('git', ['init', '-q', '-b', 'main'], { cwd: dir });
    await writeFiles(dir, { '.gitignore': 'node_modules\n', ...files });
    await mkdir(path.join(dir, 'node_modules', '.bin'), { recursive: true });
    const own = path.resolve('.');
    await symlink(own, path.join(dir, 'node_modules', 'driftmark'), 'junction');
    await symlink(path.join(own, 'bin', 'driftmark.js'), path.join(dir, 'node_modules', '.bin', 'driftmark'));
    return use(dir);
  });
}

/** Writes files, and the folders that they are in. */
export async function writeFiles(dir: string, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await writeFile(path.join(dir, name), text);
  }
}

/** Commits all that is there. */
export function commitAll(cwd: string, message = 'change'): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
  git('add', '.');
  git('commit', '-qm', message);
}

/** Runs lines in bash as CI systems do: the first that fails ends them. */
export function bash(script: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<CliResult> {
  return new Promise((resolve) => {
    const args = ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script];
    const options = { cwd, env: cleanEnv({ ...OFFLINE, ...env }) };
    execFile('bash', args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null;
      resolve({ code, stdout, stderr });
    });
  });
}

/** npx looks at what is installed, and nowhere else. */
const OFFLINE = { npm_config_offline: 'true', npm_config_update_notifier: 'false' };
