import { existsSync } from 'node:fs';
import path from 'node:path';
import { DriftmarkError } from '../../errors.js';
import { installedFolders } from './binaries-installed.js';
import { packageBinaries } from './binaries-npm.js';
import type { ScratchOptions } from '../types.js';
import { majorOf, program, runVersion } from './programs.js';
import { useServerInstead } from '../remedy.js';
import { NEWEST_MAJOR, OLDEST_MAJOR } from '../../postgres/server-product.js';

/** A place that may hold the server's programs. */
export interface Candidate {
  /** Where it comes from, in words. */
  readonly origin: string;
  /** The folder of `postgres` and `initdb`. */
  readonly bin: string;
  /** The exact version: `18.4`. The output of the program may contain more. */
  readonly version: string;
  /** The folder above `bin`, `lib` and `share`; undefined if the three cannot be copied to another folder. */
  readonly tree: string | undefined;
}

/** Binaries that were found and cannot be used, with the reason. */
export interface Rejected {
  readonly origin: string;
  readonly why: string;
}

/**
 * The server binaries that may be used, in order of preference: the configured folder (and then no other), the npm package
 * of the project, that of driftmark, and installed ones. Binaries that cannot be used are added to `rejected`. The version
 * of a candidate is determined only when the caller reaches it.
 *
 * @throws {DriftmarkError} `config` if the configured folder does not contain a server.
 */
export function* candidates(options: ScratchOptions, rejected: Rejected[]): Generator<Candidate> {
  for (const found of everywhere(options)) {
    const version = found.version ?? runVersion(found.bin);
    const why = version === undefined ? 'it does not run' : mismatch(version, options.postgresVersion);
    if (version !== undefined && why === undefined) yield { ...found, version };
    else rejected.push({ origin: describe(found.origin, version), why: why ?? '' });
  }
}

interface Found {
  readonly origin: string;
  readonly bin: string;
  readonly version?: string;
  readonly tree: string | undefined;
}

function* everywhere(options: ScratchOptions): Generator<Found> {
  if (options.postgresBin !== undefined) {
    const bin = path.resolve(options.postgresBin);
    if (!existsSync(program(bin, 'postgres')) || !existsSync(program(bin, 'initdb'))) {
      throw new DriftmarkError(
        'config',
        `${options.postgresBin} does not contain the programs postgres and initdb.`,
        {
          place: { object: 'postgresBin' },
          remedy:
            'Set it to the folder of the PostgreSQL server programs, such as /usr/lib/postgresql/17/bin.',
        },
      );
    }
    yield { origin: bin, bin, tree: treeAbove(bin) };
    return;
  }
  yield* packageBinaries(options.projectDir);
  for (const bin of installedFolders()) yield { origin: bin, bin, tree: treeAbove(bin) };
}

/** The folder above, if it contains everything that the server needs. That of Debian does not. */
function treeAbove(bin: string): string | undefined {
  const tree = path.dirname(bin);
  const share = path.join(tree, 'share');
  return ['postgresql', ''].some((folder) => existsSync(path.join(share, folder, 'postgres.bki')))
    ? tree
    : undefined;
}

function mismatch(version: string, wanted: number | undefined): string | undefined {
  const major = majorOf(version);
  if (wanted !== undefined && major !== wanted) return `version ${wanted} is wanted`;
  return major < OLDEST_MAJOR ? `driftmark needs ${OLDEST_MAJOR} or newer` : undefined;
}

function describe(origin: string, version: string | undefined): string {
  return version === undefined ? origin : `${origin} (PostgreSQL ${version})`;
}

/** Whether this is a Linux with musl, such as Alpine: the npm packages need glibc. */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as {
    readonly header: { readonly glibcVersionRuntime?: string };
  };
  return header.glibcVersionRuntime === undefined;
}

/** The error for no usable binaries: where driftmark looked, and the ways out. */
export function noBinaries(options: ScratchOptions, rejected: readonly Rejected[]): DriftmarkError {
  const wanted = options.postgresVersion;
  const name = wanted === undefined ? 'PostgreSQL' : `PostgreSQL ${wanted}`;
  const details = rejected.map(({ origin, why }) => ({ label: 'found', text: `${origin}: ${why}` }));
  if (isMusl())
    return new DriftmarkError(
      'scratch-unavailable',
      `No usable ${name} server found for this system (musl, as on Alpine Linux): the bundled one needs glibc.`,
      {
        details,
        remedy: `Run \`apk add postgresql${wanted ?? NEWEST_MAJOR - 1}\`, use an image with glibc such as node:22-slim, or ${useServerInstead}.`,
      },
    );
  return new DriftmarkError('scratch-unavailable', `No usable ${name} server binaries found.`, {
    details,
    remedy:
      (details.some(({ text }) => text.includes('DRIFTMARK_OFFLINE'))
        ? 'Unset DRIFTMARK_OFFLINE for one run, which downloads it. Or install '
        : 'Install ') + `${name} on this machine, or ${useServerInstead}.`,
  });
}
