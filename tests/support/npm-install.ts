import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from './npm-package.js';
import { inFolder } from './folders.js';

const exec = promisify(execFile);

/** A folder in which packages are installed, or the reason why they are not. */
export type Installed =
  { readonly dir: string; readonly unavailable?: undefined } | { readonly unavailable: string };

const running = new Map<string, Promise<Installed>>();

/**
 * Installs packages with their dependencies, without running their scripts. The folder is kept between runs.
 *
 * @param specs names with exact versions: `kysely@0.28.8`
 */
export function installPackages(specs: readonly string[]): Promise<Installed> {
  const key = createHash('sha256').update(specs.join('\n')).digest('hex').slice(0, 16);
  const known = running.get(key) ?? install(specs, path.join(cacheDir, `installed-${key}`));
  running.set(key, known);
  return known;
}

async function install(specs: readonly string[], dir: string): Promise<Installed> {
  if (await exists(path.join(dir, 'node_modules'))) return { dir };
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(path.join(cacheDir, '.installing-'));
  try {
    await writeFile(path.join(work, 'package.json'), '{ "private": true }\n');
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--prefer-offline'];
    await exec('npm', ['install', ...options, ...specs], {
      cwd: work,
      timeout: 240_000,
      shell: process.platform === 'win32',
    });
    // If two tests install at the same time, the second one finds the same files.
    await rename(work, dir).catch(() => undefined);
    return { dir };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    return { unavailable: `npm install ${specs.join(' ')} failed: ${reason}` };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * Works in a copy of a folder in which packages are installed.
 *
 * @returns or the reason why they are not available
 */
export async function withPackages<T>(
  from: string,
  specs: readonly string[],
  use: (dir: string) => Promise<T>,
): Promise<T | { readonly unavailable: string }> {
  const installed = await installPackages(specs);
  if (installed.unavailable !== undefined) return installed;
  return inFolder(async (dir) => {
    await cp(from, dir, { recursive: true });
    await symlink(path.join(installed.dir, 'node_modules'), path.join(dir, 'node_modules'), 'junction');
    return use(dir);
  });
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
