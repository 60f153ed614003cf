/**
 * Shared code of the layouts of SQL files: numbers in names, pairs of files, sections, and the conversion of a file
 * to a script.
 */
import path from 'node:path';
import { DriftmarkError } from '../../errors.js';
import {
  MetaCommand,
  splitScript,
  splitStatements,
  withoutLeadingComments,
  type SqlStatement,
} from '../../postgres/sql-statements.js';
import { displayPath, placeAt } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import type { Evidence, Migration, SqlQuery, SqlScript } from './layout.js';

/** A file or a part of it, as `textIn` and `sectionsOf` return it. */
export interface SqlSource {
  /** Absolute path. */
  readonly file: string;
  /** The text of the whole file. */
  readonly source: string;
  /** The part, as UTF-16 indexes. Default: the whole file. */
  readonly from?: number;
  readonly to?: number;
}

/** Reads an existing file of a folder. */
export async function readSource(folder: FolderListing, relative: string): Promise<SqlSource> {
  const file = path.join(folder.dir, relative);
  return { file, source: (await folder.text(relative)) ?? '' };
}

/** The whole text as one simple query, as golang-migrate and Prisma send it. An empty query is not sent. */
export function wholeText(
  { file, source, from = 0, to = source.length }: SqlSource,
  { transaction }: { readonly transaction: boolean },
): SqlScript {
  const text = source.slice(from, to);
  return { file, source, transaction, queries: text.trim() === '' ? [] : [{ text, start: from }] };
}

/**
 * One query for each statement, split as psql splits. If it contains a psql command, the server will refuse all of
 * it.
 */
export function statementByStatement(
  part: SqlSource,
  { transaction }: { readonly transaction: boolean },
): SqlScript {
  const { file, source, from = 0 } = part;
  const queries = statementsOf(part).map(({ text, start }): SqlQuery => ({ text, start: from + start }));
  return { file, source, transaction, queries };
}

/** The statements of a file or a part of it; `start` counts from the beginning of the part. */
export function statementsOf({ source, from = 0, to = source.length }: SqlSource): readonly SqlStatement[] {
  const text = source.slice(from, to);
  try {
    return splitStatements(text);
  } catch (error) {
    if (error instanceof MetaCommand) return [{ text, start: 0 }];
    throw error;
  }
}

/** As `statementsOf`, with the lines of data behind `COPY … FROM STDIN`, as psql and Flyway send them. */
export function statementsWithData(
  part: SqlSource,
): readonly (SqlStatement & { readonly copyData?: string })[] {
  const { source, from = 0, to = source.length } = part;
  const text = source.slice(from, to);
  if (!/\bcopy\b[^;]*\bfrom\s+stdin\b/i.test(text)) return statementsOf(part);
  try {
    return splitScript(text).map((each) => {
      if (each.type === 'command') throw new MetaCommand(each.start, `\\${each.name}`);
      const { type: _type, ...statement } = each;
      return statement;
    });
  } catch (error) {
    if (error instanceof MetaCommand) return statementsOf(part);
    throw error;
  }
}

/** A migration from its up and, if there is one, its down script. Templates have a down script of only comments, which does not count. */
export function sqlMigration(name: string, up: SqlScript, downScript?: SqlScript): Migration {
  const isEmpty = downScript?.queries.every(({ text }) => withoutLeadingComments(text) === '') === true;
  const down = isEmpty ? undefined : downScript;
  return {
    name,
    file: up.file,
    hasDown: down !== undefined,
    up,
    ...(down && { down }),
    ...(down && down.file !== up.file && { downFile: down.file }),
  };
}

/** One side of a migration whose up and down migrations are separate files. */
export interface SideFile {
  readonly file: string;
  readonly side: 'up' | 'down';
  readonly version: bigint;
}

/**
 * Migrations from pairs of files that have the same number, in order of number: `3_add_x.up.sql` and
 * `3_drop_x.down.sql` are
 * one migration. A migration has the name of its up file. A down file without an up file causes a notice.
 *
 * @throws DriftmarkError `migrations-invalid` if two files have the same number and side.
 */
export async function pairByVersion(
  folder: FolderListing,
  sides: readonly SideFile[],
  scriptOf: (source: SqlSource) => SqlScript,
): Promise<{ readonly migrations: readonly Migration[]; readonly notices: readonly string[] }> {
  const byVersion = new Map<bigint, { up?: string; down?: string }>();
  for (const { version, side, file } of sides) {
    const pair = byVersion.get(version) ?? {};
    const other = pair[side];
    if (other !== undefined) throw sameVersion(folder, version, other, file);
    byVersion.set(version, { ...pair, [side]: file });
  }
  const pairs = [...byVersion].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
  const migrations: Migration[] = [];
  for (const { up, down } of pairs) {
    if (up === undefined) continue;
    const scripts = [up, ...(down === undefined ? [] : [down])].map((file) => readSource(folder, file));
    const [upScript, downScript] = (await Promise.all(scripts)).map(scriptOf);
    if (upScript) migrations.push(sqlMigration(up, upScript, downScript));
  }
  return {
    migrations,
    notices: pairs.flatMap(({ up, down }) => (up === undefined ? loneDown(folder, down) : [])),
  };
}

export function loneDown(folder: FolderListing, file: string | undefined): string[] {
  if (file === undefined) return [];
  return [`${displayPath(path.join(folder.dir, file))} has no up file, so it is not run.`];
}

/** Compares versions part by part, as numbers. Missing parts count as 0. */
export function compareVersions(a: readonly bigint[], b: readonly bigint[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left = 0n, right = 0n] = [a[at], b[at]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}

export function sameVersion(
  folder: FolderListing,
  version: bigint | string,
  one: string,
  other: string,
): DriftmarkError {
  const file = path.join(folder.dir, other);
  return refusal(
    { file },
    `${one} and ${other} have the same version, ${version}.`,
    'Remove or rename one of them.',
  );
}

/**
 * The error for a folder that its tool would refuse, or that driftmark cannot run.
 *
 * @param at UTF-16 index in the source; default: no line
 * @param message what is wrong, as a sentence that names the file
 * @param remedy what to do, as a sentence that begins with a verb
 */
export function refusal(
  { file, source }: { readonly file: string; readonly source?: string },
  message: string,
  remedy: string,
  at?: number,
): DriftmarkError {
  const place = at === undefined || source === undefined ? {} : placeAt(source, at);
  return new DriftmarkError('migrations-invalid', message, { place: { file, ...place }, remedy });
}

/** A line that begins a section of a file, such as `-- migrate:up`. */
export interface SectionMark<Kind extends string> {
  readonly kind: Kind;
  /** The text of the line. */
  readonly line: string;
  /** The UTF-16 index at which the line begins, and at which the next line begins. */
  readonly start: number;
  readonly end: number;
}

/**
 * The lines of a file that a tool reads as marks. `kindOf` gets each line without its line end.
 *
 * @example
 * sectionMarks(source, (line) => /^--\s*migrate:(up|down)\b/.exec(line)?.[1])
 */
export function sectionMarks<Kind extends string>(
  source: string,
  kindOf: (line: string) => Kind | undefined,
): SectionMark<Kind>[] {
  const marks: SectionMark<Kind>[] = [];
  for (const { text, start, end } of linesOf(source)) {
    const kind = kindOf(text);
    if (kind !== undefined) marks.push({ kind, line: text, start, end });
  }
  return marks;
}

/**
 * The lines of a file with the UTF-16 indexes at which they and the next ones begin. `text` is without the line end.
 */
export function* linesOf(source: string): Generator<{ text: string; start: number; end: number }> {
  for (let start = 0; start < source.length;) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline + 1;
    yield { text: source.slice(start, end).replace(/\r?\n$/, ''), start, end };
    start = end;
  }
}

/** The dependency on a Rust crate in the nearest Cargo.toml, as evidence. */
export async function crateEvidence(folder: FolderListing, crate: string): Promise<Evidence | undefined> {
  const manifest = await folder.above('Cargo.toml');
  const isDependency = new RegExp(`^\\s*(\\[.*dependencies\\.)?${crate}\\b`, 'm');
  return manifest && isDependency.test(manifest.text)
    ? { strength: 'certain', file: manifest.file, mark: `\`${crate}\`` }
    : undefined;
}
