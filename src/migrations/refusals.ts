/** Files that must not run with the layout that was chosen, because they are written for another tool. */
import path from 'node:path';
import type { DriftmarkError } from '../errors.js';
import { commentLines, splitStatements } from '../postgres/sql-statements.js';
import { displayPath } from './errors/source-location.js';
import type { FolderListing } from './folder-listing.js';
import type { Layout, Migration, SqlScript } from './layouts/layout.js';
import { LAYOUTS } from './layouts/layouts.js';
import { refusal } from './layouts/sql-files.js';

/** Tools without a layout whose SQL files hold more than one direction. */
const UNSUPPORTED: readonly { readonly title: string; readonly mark: RegExp }[] = [
  { title: 'MyBatis Migrations', mark: /^--\s*\/\/\s*@UNDO\b/i },
];

/** A comment that can only be the heading of a down section: `-- Down`, `-- +down`, `--- ROLLBACK ---`. */
const DOWN_HEADING =
  /^--+[\s@+#!:=*>-]*(migrat(e|ion)s?[\s:]+)?(down|undo|rollback|revert)([\s:]+migrat(e|ion))?[\s:=*<-]*$/i;

/** Names of migrations in a language that no layout of SQL files can run. */
const CODE_FILE = /^[UVR]?\d[^/]*\.(go|py|rb|rs|java|kt|groovy|cs|php|exs|sh|[cm]?[jt]s)$/;

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
  const files = new Set<string>();
  for (const script of migrations.flatMap(({ up, down }) => [up, down])) {
    if (script === undefined || files.has(script.file) || /[._-]down\.sql$/.test(script.file)) continue;
    files.add(script.file);
    const error = otherToolIn(layout, script, listing.file !== undefined);
    if (error) throw error;
  }
  const code = layout.code === undefined && listing.files.find((file) => isCode(file));
  if (code) throw codeAmongSql(path.join(listing.dir, code), layout);
}

const isCode = (file: string) =>
  CODE_FILE.test(file) && !/_test\.go$|\.(test|spec|d)\.[cm]?[jt]s$/.test(file);

function otherToolIn(
  layout: Layout,
  { file, source }: SqlScript,
  isSingleFile: boolean,
): DriftmarkError | undefined {
  for (const { text, start } of commentLines(source)) {
    const mark = `\`${text.trim()}\``;
    const other = LAYOUTS.find(
      ({ name, marks = [] }) => name !== layout.name && marks.some((each) => each.test(text)),
    );
    if (layout.marks?.some((each) => each.test(text)) === true) continue;
    // The name of the file says the direction; a heading of the same direction is only a comment.
    if (/[._-]up\.sql$/.test(file) && !/down|undo|rollback|revert/i.test(text)) continue;
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
    const unsupported = UNSUPPORTED.find(({ mark: pattern }) => pattern.test(text));
    if (unsupported) {
      return refusal(
        { file, source },
        `${displayPath(file)} has the line ${mark}, which ${unsupported.title} reads. driftmark has no layout for this tool.`,
        'Run the tool itself: set `migrations` in the config to its command.',
        start,
      );
    }
    if (DOWN_HEADING.test(text.trim()) && hasStatements(source.slice(start))) {
      return refusal(
        { file, source },
        `${displayPath(file)} has a section ${mark}, which would run as part of the migration.`,
        'Set `layout` in the config to the tool that reads it, move the section into a `.down.sql` file, or reword the comment.',
        start,
      );
    }
  }
  return undefined;
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
