import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { canAccess } from './access.js';
import { userCacheFolder } from '../../util/cache-folder.js';
import { ensureFolder } from '../../util/fs.js';
import { isPrivateFolder } from '../../util/private-folder.js';
import type { ServerUser } from './server-user.js';

/** Folders that persist between runs. They only save time: driftmark works without them. */
export interface Cache {
  /** Copies of server binaries: ours (root's, for root), readable for the server's account. */
  readonly binaries: string;
  /** Prepared data directories: the server account's own. */
  readonly data: string;
}

/**
 * Returns the cache folder, and creates it if it is missing: `DRIFTMARK_CACHE_DIR` if set, else the user's cache
 * folder. For root it is the system's cache folder, because other accounts cannot enter root's home. Undefined if no
 * folder is writable for this user, protected from others, and reachable for the server's account. Then each run
 * creates everything anew.
 */
export function openCache(account: ServerUser, notice: (text: string) => void): Cache | undefined {
  const chosen = process.env.DRIFTMARK_CACHE_DIR;
  const cache = openIn(cacheFolder(account), account);
  if (chosen && !cache) {
    const who = account.switchTo ? `the server's account (uid ${account.switchTo.uid})` : 'this user';
    notice(
      `the cache folder ${chosen} is not used: it must belong to the user who runs driftmark, other users must not be able to write to it, and ${who} must be able to enter it`,
    );
  }
  return cache;
}

/** The cache folder, if an earlier run created it. */
export function existingCache(account: ServerUser): Cache | undefined {
  const folder = cacheFolder(account);
  return existsSync(folder) ? openIn(folder, account) : undefined;
}

function cacheFolder(account: ServerUser): string {
  if (!account.switchTo || process.env.DRIFTMARK_CACHE_DIR) return userCacheFolder();
  return process.platform === 'darwin' ? '/Library/Caches/driftmark' : '/var/cache/driftmark';
}

function openIn(folder: string, account: ServerUser): Cache | undefined {
  try {
    ensureFolder(folder, 0o755);
    if (!isPrivateFolder(folder) || !canAccess(account, folder, 'execute')) return undefined;
    const binaries = path.join(folder, 'binaries');
    mkdirSync(binaries, { recursive: true, mode: 0o755 });
    const data = path.join(folder, account.switchTo ? `data-${account.switchTo.uid}` : 'data');
    makeDataFolder(data, account);
    return { binaries, data };
  } catch {
    return undefined; // read-only, full, or not writable for this user
  }
}

function makeDataFolder(folder: string, account: ServerUser): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account.switchTo && lstatSync(folder).uid !== account.switchTo.uid) {
    chownSync(folder, account.switchTo.uid, account.switchTo.gid);
  }
}

const dayMs = 24 * 60 * 60 * 1000;

/** Notes, once a day, that an entry is in use. */
export function markUsed(entry: string): void {
  try {
    const now = new Date();
    if (now.getTime() - lstatSync(entry).mtimeMs > dayMs) utimesSync(entry, now, now);
  } catch {
    // a cache that is not writable can still be used
  }
}

/** Entries that were not used for a month, and unfinished entries that a killed run left more than an hour ago. */
export function expired(cache: Cache): string[] {
  return [cache.binaries, cache.data].flatMap((folder) =>
    readdirSync(folder)
      .map((name) => path.join(folder, name))
      .filter((entry) => {
        const stats = lstatSync(entry, { throwIfNoEntry: false });
        const keepMs = isUnfinished(entry) ? dayMs / 24 : 30 * dayMs;
        return stats !== undefined && Date.now() - stats.mtimeMs > keepMs;
      }),
  );
}

/** A temporary name for an entry that is being created. The entry is renamed when it is complete. */
export function unfinishedEntry(folder: string): string {
  return path.join(folder, `new-${randomBytes(6).toString('hex')}`);
}

function isUnfinished(entry: string): boolean {
  return path.basename(entry).startsWith('new-');
}
