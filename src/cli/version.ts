import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  readonly bugs: string;
}

const manifest = (): Manifest => createRequire(import.meta.url)('../../package.json') as Manifest;

/** The version of driftmark, from its package.json. */
export const driftmarkVersion = (): string => manifest().version;

/** Where bugs are reported. */
export const issuesUrl = (): string => manifest().bugs;
