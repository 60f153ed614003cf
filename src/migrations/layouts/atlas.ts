import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { HistoryTable } from '../history-tables.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import {
  linesOf,
  readSource,
  refusal,
  sectionMarks,
  sqlMigration,
  statementByStatement,
  type SqlSource,
} from './sql-files.js';

/**
 * Atlas runs every SQL file in the order of names, statement by statement, in a transaction for each file. A new database
 * begins at the newest checkpoint. `sql/migrate/dir.go`.
 */
export const atlas = defineLayout({
  name: 'atlas',
  title: 'Atlas',
  docs: { files: '`….sql` with `atlas.sum`' },
  defaultFolders: ['migrations'],
  transactionRemedy: 'Begin the file with the line `-- atlas:txmode none`, followed by an empty line.',
  detect: async (folder) => {
    // Atlas can also keep folders in the formats of other tools.
    const isOther = folder.files.some((file) => /\.(up|down)\.sql$|^[VRU].*__.*\.sql$/.test(file));
    if ((await folder.text('atlas.sum')) === undefined || isOther) return undefined;
    return { strength: 'certain', file: path.join(folder.dir, 'atlas.sum'), mark: '`atlas.sum`' };
  },
  read: async (folder) => {
    const files = folder.files.filter((file) => file.endsWith('.sql'));
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    const checkpoint = sources.findLastIndex((source) => directivesOf(source).has('checkpoint'));
    const used = sources.slice(Math.max(0, checkpoint));
    const notices =
      checkpoint > 0
        ? [
            `Atlas begins a new database at the checkpoint ${files[checkpoint] ?? ''}: the ${checkpoint} files before it do not run.`,
          ]
        : [];
    const migrations = used.map(migrationOf);
    return { migrations, notices, historyTables: historyTables(files) };
  },
});

/** Atlas records the text before the first `_`, in a schema of its own or in the one that the URL names. */
function historyTables(files: readonly string[]): readonly HistoryTable[] {
  const versionOf = (file: string) => file.replace(/\.sql$/, '').split('_', 1)[0];
  const table: HistoryTable = {
    tool: 'Atlas',
    table: 'atlas_schema_revisions',
    nameColumn: 'version',
    nameOf: ({ name: version }) => files.find((file) => versionOf(file) === version) ?? String(version),
  };
  return [{ ...table, schema: 'atlas_schema_revisions' }, table];
}

function migrationOf(source: SqlSource): Migration {
  const directives = directivesOf(source);
  const transaction = directives.get('txmode') !== 'none';
  const part = directives.has('txtar') ? migrationIn(source) : source;
  const delimiter = /^-- atlas:delimiter (\S.*?)\r?\n/.exec(source.source);
  const script = delimiter
    ? splitAt(source, delimiter[0].length, unescaped(delimiter[1] ?? ''), transaction)
    : statementByStatement(part, { transaction });
  return sqlMigration(path.basename(source.file), script);
}

const unescaped = (text: string): string =>
  text.replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t');

/** The pieces between the delimiters that the first line of a file chose. */
function splitAt(
  { file, source }: SqlSource,
  from: number,
  delimiter: string,
  transaction: boolean,
): SqlScript {
  let start = from;
  const queries = source
    .slice(from)
    .split(delimiter)
    .map((text) => {
      const query = { text, start };
      start += text.length + delimiter.length;
      return query;
    });
  return { file, source, transaction, queries: queries.filter(({ text }) => text.trim() !== '') };
}

/** A file may be an archive, in which checks and the way down have sections of their own. */
function migrationIn(source: SqlSource): SqlSource {
  const marks = sectionMarks(source.source, (line) => /^-- (\S+) --\s*$/.exec(line)?.[1]);
  const at = marks.findIndex(({ kind }) => kind === 'migration.sql');
  const mark = marks[at];
  if (mark === undefined)
    throw refusal(
      source,
      `${displayPath(source.file)} is an archive without the section \`-- migration.sql --\`.`,
      'Add it before the statements of the migration.',
      0,
    );
  return { ...source, from: mark.end, to: marks[at + 1]?.start ?? source.source.length };
}

/** The directives `-- atlas:name value` in the comments at the top of a file, if an empty line follows the comments. */
function directivesOf({ source }: SqlSource): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { text } of linesOf(source)) {
    if (text.trim() === '') return found;
    if (!text.startsWith('--')) break;
    const [, name, value = ''] = /^--\s*atlas:(\w+)\s*(.*)$/.exec(text) ?? [];
    if (name !== undefined) found.set(name, value.trim());
  }
  return new Map();
}
