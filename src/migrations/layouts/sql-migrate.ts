import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { byCodePoint } from '../folder-listing.js';
import { renamedHistory } from './configured-history.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import { linesOf, readSource, refusal, sqlMigration, type SqlSource } from './sql-files.js';
import { splitByLine, type SectionLine } from './text-pieces.js';

/** Case-sensitive, at the start of a line: `sqlparse/sqlparse.go`. */
const MARK = /^-- \+migrate +(Up|Down|StatementBegin|StatementEnd)(?=\s|$)(.*)$/;
/** What is meant as a mark. sql-migrate ignores it, so that a down section would run up. */
const ALMOST_MARK = /^\s*--+\s*\+\s*migrate\b/i;

/**
 * sql-migrate splits by line: a statement ends at a line that ends with `;`, except between `StatementBegin` and
 * `StatementEnd`. Lines that begin with `-- ` are dropped.
 */
export const sqlMigrate = defineLayout({
  name: 'sql-migrate',
  title: 'sql-migrate',
  docs: { files: '`-- +migrate Up`, `-- +migrate Down`' },
  defaultFolders: ['migrations'],
  marks: [MARK],
  transactionRemedy: 'Write `-- +migrate Up notransaction`.',
  detect: () => undefined,
  read: async (folder) => {
    const files = folder.files
      .filter((file) => file.endsWith('.sql'))
      .sort((a, b) => numberOf(a) - numberOf(b) || byCodePoint(a, b));
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    const config = await folder.above('dbconfig.yml');
    const [, table] = /^\s+table:\s*["']?([\w.]+)/m.exec(config?.text ?? '') ?? [];
    return {
      migrations: sources.map(migrationOf),
      // All files run on one connection, which keeps its settings.
      session: 'keep',
      historyTables: renamedHistory('sql-migrate', table),
    };
  },
});

/** Files without a number come last. */
const numberOf = (file: string): number => Number(/^\d+/.exec(file)?.[0] ?? Number.MAX_SAFE_INTEGER);

type Side = 'Up' | 'Down';

function migrationOf(file: SqlSource): Migration {
  const lines: Record<Side, SectionLine[]> = { Up: [], Down: [] };
  const options: Partial<Record<Side, string>> = {};
  let side: Side | undefined;
  for (const { text, start, end } of linesOf(file.source)) {
    const [, mark, rest = ''] = MARK.exec(text) ?? [];
    if (mark === 'Up' || mark === 'Down') {
      side = mark;
      options[mark] = `${options[mark] ?? ''} ${rest}`;
    } else if (mark === undefined && ALMOST_MARK.test(text))
      throw refusal(
        file,
        `${displayPath(file.file)} has the line \`${text.trim()}\`, which sql-migrate does not recognise.`,
        'Write `-- +migrate Up`, `Down`, `StatementBegin` or `StatementEnd`, at the beginning of the line.',
        start,
      );
    else if (side === undefined) continue;
    else if (mark === 'StatementBegin') lines[side].push({ type: 'begin' });
    else if (mark === 'StatementEnd') lines[side].push({ type: 'end' });
    else if (!text.startsWith('-- '))
      lines[side].push({ type: 'sql', text: file.source.slice(start, end), start });
  }
  if (options.Up === undefined)
    throw refusal(
      file,
      `${displayPath(file.file)} has no line \`-- +migrate Up\`, which sql-migrate requires.`,
      'Add it before the SQL.',
      0,
    );
  const scriptOf = (of: Side): SqlScript => {
    const { queries, unfinished } = splitByLine(lines[of], (text) => text.trim() === '');
    if (unfinished !== undefined)
      throw refusal(
        file,
        `${displayPath(file.file)}: a statement does not end with a semicolon.`,
        'Add the semicolon at the end of its last line.',
        unfinished,
      );
    const transaction = !/\bnotransaction\b/.test(options[of] ?? '');
    return { file: file.file, source: file.source, transaction, queries };
  };
  const [up, down] = [scriptOf('Up'), scriptOf('Down')];
  return sqlMigration(path.basename(file.file), up, down.queries.length > 0 ? down : undefined);
}
