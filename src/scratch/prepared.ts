import { createHash, randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readdirSync, renameSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { Account } from './account.js';
import type { Cache } from './cache.js';
import { removeFolder } from './leftovers.js';
import { initdbArguments } from './settings.js';

/**
 * The prepared data directories of one build of the server: what initdb made, kept to be copied, which
 * takes a tenth of the time. One is `<key>-<files>-<bytes>/data`: its name says what must be in it, so
 * that one with a missing or shortened file is not taken.
 */
export interface PreparedData {
  /** A whole one, if there is any. */
  readonly find: () => string | undefined;
  /** Where the supervisor is to leave a new one. */
  readonly staging: string;
  /** Gives what is in `staging` its name. Another run may have been faster; then that one stays. */
  readonly publish: () => Promise<void>;
  /** Throws all away: a server did not start on one of them. */
  readonly discard: () => Promise<void>;
}

/** @param build Version and identity of the binaries. */
export function preparedData(cache: Cache, build: string, account: Account): PreparedData {
  const hash = createHash('sha256').update(initdbArguments.join('\n'));
  const key = `${build}-${hash.digest('hex').slice(0, 8)}`;
  const staging = path.join(cache.data, `new-${randomBytes(6).toString('hex')}`);
  const named = (): string[] =>
    readdirSync(cache.data)
      .filter((name) => name.startsWith(`${key}-`))
      .map((name) => path.join(cache.data, name));
  return {
    find: () => {
      const whole = named().find((folder) => folder === `${path.join(cache.data, key)}-${contents(folder)}`);
      if (whole === undefined) return undefined;
      touch(whole);
      return path.join(whole, 'data');
    },
    staging,
    publish: async () => {
      if (!existsSync(staging)) return;
      await discardOld(cache, account);
      try {
        renameSync(staging, `${path.join(cache.data, key)}-${contents(staging)}`);
      } catch {
        await removeFolder(staging, account);
      }
    },
    discard: async () => {
      for (const folder of named()) await removeFolder(folder, account);
    },
  };
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

const dayMs = 24 * 60 * 60 * 1000;

/** Marks it as used, once a day. */
function touch(folder: string): void {
  try {
    const now = new Date();
    if (now.getTime() - lstatSync(folder).mtimeMs > dayMs) utimesSync(folder, now, now);
  } catch {
    // a read-only cache serves all the same
  }
}

/** Data of servers that nobody has started for a month, and halves that a killed run left. */
async function discardOld(cache: Cache, account: Account): Promise<void> {
  for (const name of readdirSync(cache.data)) {
    const folder = path.join(cache.data, name);
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    const keepMs = name.startsWith('new-') ? dayMs / 24 : 30 * dayMs;
    if (stats && Date.now() - stats.mtimeMs > keepMs) await removeFolder(folder, account);
  }
}
