/** Files that must not run with the layout that was chosen, because they are written for another tool. */
import path from 'node:path';
import type { DriftmarkError } from '../errors.js';
import { commentLines, splitStatements, type CommentLine } from '../postgres/sql-statements.js';
import { displayPath } from './errors/source-location.js';
import type { FolderListing } from './folder-listing.js';
import { runsCode } from './layouts/code/runners.js';
import type { Layout, Migration, SqlScript } from './layouts/layout.js';
import { LAYOUTS } from './layouts/layouts.js';
import { refusal } from './layouts/sql-files.js';
import { downHeadings } from './section-headings.js';

/** Tools without a layout, and the lines by which their SQL files are known; `isPlain` if these can also be prose. */
const UNSUPPORTED: readonly {
  readonly title: string;
  readonly mark: RegExp;
  readonly isPlain?: true;
}[] = [
  { title: 'MyBatis Migrations', mark: /^--\s*\/\/\s*@UNDO\b/i },
  { title: 'Play Evolutions', mark: /^--[\s-]*!(Ups|Downs)\b/i },
  { title: 'micrate', mark: /^--\s*\+micrate\b/i },
  { title: 'rambler', mark: /^--\s*rambler\s+(up|down)\b/i },
  { title: 'yoyo', mark: /^--\s*(depends|transactional)\s*:/i, isPlain: true },
];

/** A file or folder whose name says that its SQL runs up. */
const UP_FILE = /(^|[._/-])(up|do|deploy|apply)\.sql$/i;

/** Names of migrations in a language, or in a compressed file, that no layout of SQL files can run. */
const CODE_FILE =
  /^[UVR]?\d[^/]*\.(go|py|rb|rs|java|kt|groovy|cs|php|exs|sh|[cm]?[jt]s|sql\.(gz|bz2|xz|zst|zip))$/i;

/**
 * Throws if a file that is about to run carries the marks of another tool, has a down section that the layout does not
 * know, or if the folder has migrations that the layout leaves out.
 *
 * @throws DriftmarkError `migrations-invalid`
 */
export function refuseOtherTools(
  layout: Layout,
  listing: FolderListing,
  migrations: readonly Migration[],
): void {
  const isSingleFile = listing.file !== undefined;
  const headings = new Map<string, readonly CommentLine[]>();
  for (const { up, down, downFile } of migrations) {
    // A file that only runs down may say so.
    for (const script of [up, downFile === undefined ? down : undefined]) {
      if (script === undefined || headings.has(script.file)) continue;
      headings.set(script.file, foreignHeadings(layout, script));
      const error = otherToolIn(layout, script, isSingleFile);
      if (error) throw error;
    }
    const heading = up && headings.get(up.file)?.find(({ start }) => isWithin(up, start));
    if (heading) throw downSection(up, heading);
  }
  const code = !runsCode(layout.name) && listing.files.find((file) => isCode(file));
  if (code) throw codeAmongSql(path.join(listing.dir, code), layout);
}

const isCode = (file: string) =>
  CODE_FILE.test(file) && !/_test\.go$|\.(test|spec|d)\.[cm]?[jt]s$/.test(file);

function otherToolIn(
  layout: Layout,
  { file, source }: SqlScript,
  isSingleFile: boolean,
): DriftmarkError | undefined {
  // In a file of one direction, a heading of the same direction is only a comment.
  const isUpFile = UP_FILE.test(file.replaceAll('\\', '/'));
  for (const { text, start } of commentLines(source)) {
    const mark = `\`${text.trim()}\``;
    const other = LAYOUTS.find(
      ({ name, marks = [] }) => name !== layout.name && marks.some((each) => each.test(text)),
    );
    if (layout.marks?.some((each) => each.test(text)) === true) continue;
    if (isUpFile && !/down|undo|rollback|revert/i.test(text)) continue;
    if (other) {
      return refusal(
        { file, source },
        `${displayPath(file)} has the line ${mark}, which ${other.title} reads. The layout \`${layout.name}\` would run the whole file as one migration.`,
        isSingleFile
          ? 'Set `migrations` in the config to the folder of the file, or remove the line.'
          : `Set \`layout: '${other.name}'\` in the config, or remove the line.`,
        start,
      );
    }
    const unsupported = UNSUPPORTED.find(
      ({ mark: pattern, isPlain }) => pattern.test(text) && (layout.name === 'sql' || isPlain !== true),
    );
    if (unsupported) {
      return refusal(
        { file, source },
        `${displayPath(file)} has the line ${mark}, which ${unsupported.title} reads. driftmark has no layout for this tool.`,
        'Run the tool itself: set `migrations` in the config to its command.',
        start,
      );
    }
  }
  return undefined;
}

/** In a file with the marks of its tool, other comments are only comments. */
function foreignHeadings({ marks = [] }: Layout, { source }: SqlScript): readonly CommentLine[] {
  for (const { text } of commentLines(source)) if (marks.some((mark) => mark.test(text))) return [];
  return downHeadings(source);
}

/** Whether a script runs what stands below a comment, and did not begin below it. */
function isWithin({ queries, source }: SqlScript, at: number): boolean {
  const [first] = queries;
  const last = queries.at(-1);
  if (first === undefined || last === undefined || first.start > at) return false;
  return last.start + last.text.length > at && hasStatements(source.slice(at, last.start + last.text.length));
}

function downSection({ file, source }: SqlScript, { text, start }: CommentLine): DriftmarkError {
  return refusal(
    { file, source },
    `${displayPath(file)} has a section \`${text.trim()}\`, which would run as part of the migration.`,
    'Set `layout` in the config to the tool that reads it, move the section into a `.down.sql` file, or reword the comment.',
    start,
  );
}

function hasStatements(sql: string): boolean {
  try {
    return splitStatements(sql).length > 0;
  } catch {
    return true;
  }
}

function codeAmongSql(file: string, layout: Layout): DriftmarkError {
  return refusal(
    { file },
    `${displayPath(file)} is not SQL, so the layout \`${layout.name}\` does not run it, and what it creates would be missing in the report.`,
    'Write the migration in SQL, move the file out of the folder if it is not a migration, or set `migrations` in the config to the command that runs it.',
  );
}
