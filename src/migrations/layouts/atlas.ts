import path from 'node:path';
import { defineLayout, type Migration } from './layout.js';
import { linesOf, readSource, sqlMigration, statementByStatement, type SqlSource } from './sql-files.js';

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
    return { migrations: used.map(migrationOf), notices };
  },
});

function migrationOf(source: SqlSource): Migration {
  const transaction = directivesOf(source).get('txmode') !== 'none';
  return sqlMigration(path.basename(source.file), statementByStatement(source, { transaction }));
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
