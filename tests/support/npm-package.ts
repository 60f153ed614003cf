import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import envPaths from 'env-paths';
import { x as extract } from 'tar';

const exec = promisify(execFile);

/** A fetched package, or the reason why it is not available. */
export type FetchedPackage =
  { readonly dir: string; readonly unavailable?: undefined } | { readonly unavailable: string };

/** The folder in which fetched packages are kept between runs. */
export const cacheDir = path.join(
  process.env.DRIFTMARK_CACHE_DIR ?? envPaths('driftmark', { suffix: '' }).cache,
  'test-packages',
);

/**
 * The unpacked files of a package of the npm registry, exactly as published. Runs no scripts and installs nothing.
 * Two tests may fetch the same package in parallel. Without a network or a registry, returns the reason instead.
 */
export async function fetchPackage(spec: string): Promise<FetchedPackage> {
  const dir = path.join(cacheDir, spec.replaceAll('/', '+'));
  if (await exists(path.join(dir, 'package', 'package.json'))) return { dir: path.join(dir, 'package') };
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(path.join(cacheDir, '.fetching-'));
  try {
    await exec('npm', ['pack', spec, '--silent', '--pack-destination', work], {
      cwd: work,
      timeout: 180_000,
      shell: process.platform === 'win32',
    });
    const archive = (await readdir(work)).find((name) => name.endsWith('.tgz'));
    if (archive === undefined) return { unavailable: `npm pack ${spec} wrote no archive` };
    await extract({ file: path.join(work, archive), cwd: work });
    await rm(path.join(work, archive));
    // The second process finds the folder with the same files.
    await rename(work, dir).catch(() => undefined);
    return { dir: path.join(dir, 'package') };
  } catch (error) {
    return {
      unavailable: `npm pack ${spec} failed: ${error instanceof Error ? error.message.trim() : String(error)}`,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
