import { DriftmarkError } from '../../errors.js';
import { NEWEST_MAJOR } from '../../postgres/server-product.js';
import { candidates, isMusl, type Rejected } from './binaries.js';
import { cachedBinaries } from './binaries-fetched.js';
import { existingCache } from './cache.js';
import { serverUser } from './server-user.js';
import type { ScratchOptions } from '../types.js';

/** Server binaries on this machine. */
export interface FoundBinaries {
  /** A folder, or the npm package that has them. */
  readonly origin: string;
  /** Exact, such as `18.4`; undefined if a run would not use them. */
  readonly version?: string;
  /** Why a run would not use them; undefined if it may. */
  readonly why?: string;
}

/**
 * Lists the server binaries on this machine: those that a run would try, in that order, then the others. Starts no
 * server.
 * @throws {DriftmarkError} `config` if `postgresBin` is not a folder of server binaries.
 */
export function findBinaries(options: ScratchOptions): readonly FoundBinaries[] {
  const rejected: Rejected[] = [];
  const usable: FoundBinaries[] = [];
  // Binaries of an npm package may run only as a copy in the cache, so that they are not run here.
  for (const { origin, version } of candidates(options, rejected)) usable.push({ origin, version });
  return [...usable, ...(usable.length === 0 ? fetched(options) : []), ...rejected];
}

/** A run looks in the cache only if the machine has no other binaries that it can use. */
function fetched({ postgresVersion = NEWEST_MAJOR, postgresBin }: ScratchOptions): readonly FoundBinaries[] {
  if (postgresBin !== undefined || isMusl()) return [];
  try {
    const cache = existingCache(serverUser());
    const found = cache && cachedBinaries(postgresVersion, cache);
    return found ? [{ origin: found.origin, version: found.version }] : [];
  } catch (error) {
    // Without an account for the server, a run says so.
    if (error instanceof DriftmarkError) return [];
    throw error;
  }
}
