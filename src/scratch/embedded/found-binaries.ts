import { candidates, type Rejected } from './binaries.js';
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
  return [...usable, ...rejected];
}
