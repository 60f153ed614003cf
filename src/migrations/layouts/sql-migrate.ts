import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { byCodePoint } from '../folder-listing.js';
import { defineLayout, type Migration, type SqlQuery, type SqlScript } from './layout.js';
import { endsStatement, linesOf, readSource, refusal, sqlMigration, type SqlSource } from './sql-files.js';

/** Case-sensitive, at the start of a line: `sqlparse/sqlparse.go`. */
const MARK = /^-- \+migrate (Up|Down|StatementBegin|StatementEnd)\b(.*)$/;

/**
 * sql-migrate splits by line: a statement ends at a line that ends with `;`, except between `StatementBegin` and
 * `StatementEnd`. Lines that begin with `-- ` are dropped.
 */
export const sqlMigrate = defineLayout({
  name: 'sql-migrate',
  title: 'sql-migrate',
  defaultFolders: ['migrations'],
  marks: [MARK],
  transactionRemedy: 'Write `-- +migrate Up notransaction`.',
  detect: () => undefined,
  read: async (folder) => {
    const files = folder.files
      .filter((file) => file.endsWith('.sql'))
      .sort((a, b) => numberOf(a) - numberOf(b) || byCodePoint(a, b));
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    return { migrations: sources.map(migrationOf) };
  },
});

/** Files without a number come last. */
const numberOf = (file: string): number => Number(/^\d+/.exec(file)?.[0] ?? Number.MAX_SAFE_INTEGER);

type Side = 'Up' | 'Down';

function migrationOf(file: SqlSource): Migration {
  const queries: Record<Side, SqlQuery[]> = { Up: [], Down: [] };
  const options: Partial<Record<Side, string>> = {};
  let side: Side | undefined;
  let open: { start: number; text: string } | undefined;
  let inStatement = false;
  const push = (): void => {
    if (side && open) queries[side].push(open);
    open = undefined;
  };
  const finish = (): void => {
    if (open && open.text.trim() !== '')
      throw refusal(
        file,
        `${displayPath(file.file)}: a statement does not end with a semicolon.`,
        'Add the semicolon at the end of its last line.',
        open.start,
      );
    open = undefined;
  };
  for (const { text, start, end } of linesOf(file.source)) {
    const [, mark, rest = ''] = MARK.exec(text) ?? [];
    if (mark === 'Up' || mark === 'Down') {
      finish();
      side = mark;
      options[mark] = rest;
    } else if (mark === 'StatementBegin') inStatement = true;
    else if (mark === 'StatementEnd') {
      inStatement = false;
      push();
    } else if (!text.startsWith('-- ') && side && (open || text.trim() !== '')) {
      open ??= { start, text: '' };
      open.text += file.source.slice(start, end);
      if (!inStatement && endsStatement(text)) push();
    }
  }
  finish();
  if (options.Up === undefined)
    throw refusal(
      file,
      `${displayPath(file.file)} has no line \`-- +migrate Up\`, which sql-migrate requires.`,
      'Add it before the SQL.',
      0,
    );
  const scriptOf = (of: Side): SqlScript => ({
    file: file.file,
    source: file.source,
    transaction: !/\bnotransaction\b/.test(options[of] ?? ''),
    queries: queries[of],
  });
  return sqlMigration(
    path.basename(file.file),
    scriptOf('Up'),
    queries.Down.length > 0 ? scriptOf('Down') : undefined,
  );
}
