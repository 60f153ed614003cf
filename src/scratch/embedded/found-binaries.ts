import { candidates, type Rejected } from './binaries.js';
import { runVersion } from './programs.js';
import type { ScratchOptions } from '../types.js';

/** Server binaries on this machine. */
export interface FoundBinaries {
  /** A folder, or the npm package that has them. */
  readonly origin: string;
  /** Exact, such as `18.4`; undefined if they do not run. */
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
  for (const { origin, bin, version } of candidates(options, rejected)) {
    if (runVersion(bin) === undefined) rejected.push({ origin, why: 'it does not run on this system' });
    else usable.push({ origin, version });
  }
  return [...usable, ...rejected];
}
