import path from 'node:path';
import envPaths from 'env-paths';

/** The folder for what only saves time: `DRIFTMARK_CACHE_DIR` if it is set, else the user's cache folder. */
export function userCacheFolder(): string {
  const chosen = process.env.DRIFTMARK_CACHE_DIR;
  return chosen ? path.resolve(chosen) : envPaths('driftmark', { suffix: '' }).cache;
}
