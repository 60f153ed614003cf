import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import type { ServerUser } from './server-user.js';
import { markUsed, unfinishedEntry, type Cache } from './cache.js';
import { removeFolder } from './stale-folders.js';

/**
 * The prepared data directories of one build of the server: what initdb made, kept to be copied, which takes a tenth of
 * the time. One is `<key>-<files>-<bytes>/data`: an archive, or a folder on Windows. Its name says what must be in it, so
 * that one with a missing or shortened file is not taken.
 */
export interface PreparedData {
  /** The path of one that may be copied. */
  readonly find: () => string | undefined;
  /** Where the supervisor is to leave a new one. */
  readonly staging: string;
  /** Gives what is in `staging` its name. Another run may have been faster; then that one stays. */
  readonly publish: () => Promise<void>;
  /** Removes what is in `staging`, if the server did not come to be ready. */
  readonly abandon: () => Promise<void>;
  /** Throws all away: a server did not start on one of them. */
  readonly discard: () => Promise<void>;
}

/** What a prepared data directory depends on. */
export interface Build {
  readonly version: string;
  /** Of the binaries. */
  readonly identity: string;
  readonly initdbOptions: readonly string[];
}

/** Changes with the format in which they are kept. */
const FORMAT = 'archive';

export function preparedData(cache: Cache, build: Build, account: ServerUser): PreparedData {
  const hash = createHash('sha256').update([FORMAT, build.identity, ...build.initdbOptions].join('\n'));
  const key = `${build.version}-${hash.digest('hex').slice(0, 16)}`;
  const staging = unfinishedEntry(cache.data);
  const named = (): string[] =>
    readdirSync(cache.data)
      .filter((name) => name.startsWith(`${key}-`))
      .map((name) => path.join(cache.data, name));
  return {
    find: () => {
      const folder = named().find(isWhole);
      if (folder === undefined) return undefined;
      markUsed(folder);
      return path.join(folder, 'data');
    },
    staging,
    publish: async () => {
      if (!existsSync(staging)) return;
      try {
        for (const folder of named()) if (!isWhole(folder)) await removeFolder(folder, account);
        renameSync(staging, `${path.join(cache.data, key)}-${contents(staging)}`);
      } catch {
        await removeFolder(staging, account);
      }
    },
    abandon: () => removeFolder(staging, account),
    discard: async () => {
      for (const folder of named()) await removeFolder(folder, account);
    },
  };
}

function isWhole(folder: string): boolean {
  try {
    return folder.endsWith(`-${contents(folder)}`);
  } catch {
    return false;
  }
}

/** Number and total size of the files, e.g. `971-22897452`. */
function contents(folder: string): string {
  let files = 0;
  let bytes = 0;
  const count = (name: string): void => {
    for (const entry of readdirSync(name, { withFileTypes: true })) {
      const file = path.join(name, entry.name);
      if (entry.isDirectory()) {
        count(file);
        continue;
      }
      files += 1;
      bytes += lstatSync(file).size;
    }
  };
  count(folder);
  return `${files}-${bytes}`;
}
