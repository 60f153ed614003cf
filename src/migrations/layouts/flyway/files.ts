import path from 'node:path';
import { byCodePoint, type FolderListing } from '../../folder-listing.js';
import { compareVersions, sameVersion } from '../sql-files.js';
import type { FlywayConfig, MigrationKind } from './config.js';

/** An SQL migration, judged by its name. */
export interface FlywayFile {
  /** The location in which it is. */
  readonly folder: FolderListing;
  /** Relative to its location, as Flyway records it. */
  readonly script: string;
  readonly kind: MigrationKind;
  readonly version: readonly bigint[];
  readonly description: string;
}

/** The names of all files below a folder, relative to it, with `/`. */
export async function filesBelow(folder: FolderListing, prefix = ''): Promise<string[]> {
  const below = await Promise.all(
    folder.folders.map(async (name) => filesBelow(await folder.folder(name), `${prefix}${name}/`)),
  );
  return [...folder.files.map((name) => `${prefix}${name}`), ...below.flat()];
}

/**
 * What a name says: prefix, version with `.` or `_` between its parts, `__`, description. The description may be missing. The
 * prefix is case-sensitive, the suffix is not. Undefined for a file that Flyway ignores: `ResourceNameParser.java`.
 */
export function parseName(
  folder: FolderListing,
  script: string,
  { prefixes, separator, suffixes }: Pick<FlywayConfig, 'prefixes' | 'separator' | 'suffixes'>,
): FlywayFile | undefined {
  const base = path.basename(script);
  const suffix = suffixes.find((each) => base.toLowerCase().endsWith(each.toLowerCase()));
  if (suffix === undefined) return undefined;
  const bare = base.slice(0, base.length - suffix.length);
  const kinds = (Object.entries(prefixes) as [MigrationKind, string][])
    .filter(([, prefix]) => prefix !== '' && bare.startsWith(prefix))
    .sort(([, a], [, b]) => b.length - a.length);
  const [kind, prefix] = kinds[0] ?? [];
  if (kind === undefined || prefix === undefined) return undefined;
  const name = bare.slice(prefix.length);
  const at = name.indexOf(separator);
  const version = at === -1 ? name : name.slice(0, at);
  const isValid = kind === 'R' ? version === '' : /^\d+(?:[._]\d+)*$/.test(version);
  if (!isValid) return undefined;
  return {
    folder,
    script,
    kind,
    version: version.split(/[._]/).filter(Boolean).map(BigInt),
    description: at === -1 ? '' : name.slice(at + separator.length).replaceAll('_', ' '),
  };
}

/** In order of version. */
export const byVersion = (a: FlywayFile, b: FlywayFile): number => compareVersions(a.version, b.version);

/** `1.0` and `1` are the same version. */
export const keyOf = ({ version }: FlywayFile): string => version.join('.').replace(/(\.0)+$/, '');

/** The files of a kind in order of version. */
export function inOrder(all: readonly FlywayFile[], kind: MigrationKind): FlywayFile[] {
  const files = all.filter((file) => file.kind === kind).sort(byVersion);
  files.forEach((file, at) => {
    const before = files[at - 1];
    if (before && keyOf(before) === keyOf(file))
      throw sameVersion(file.folder, file.version.join('.'), before.script, file.script);
  });
  return files;
}

/** Repeatable migrations in order of description. */
export const repeatables = (all: readonly FlywayFile[]): FlywayFile[] =>
  all.filter(({ kind }) => kind === 'R').sort((a, b) => byCodePoint(a.description, b.description));
