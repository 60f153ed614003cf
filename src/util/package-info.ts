import { createRequire } from 'node:module';

interface Manifest {
  readonly version: string;
  readonly homepage: string;
  readonly bugs: string;
}

const manifest = (): Manifest => createRequire(import.meta.url)('../../package.json') as Manifest;

/** The version of driftmark, from its package.json. */
export const driftmarkVersion = (): string => manifest().version;

/** Where bugs are reported. */
export const issuesUrl = (): string => manifest().bugs;

/** The address of a page of the documentation, such as `config`. */
export const docsUrl = (page: string): string =>
  `${manifest().homepage.replace(/#.*/, '')}/blob/main/docs/${page}.md`;
