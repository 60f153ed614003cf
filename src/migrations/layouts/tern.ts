import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import { renamedHistory } from './configured-history.js';
import {
  linesOf,
  readSource,
  refusal,
  sqlMigration,
  statementByStatement,
  wholeText,
  type SqlSource,
} from './sql-files.js';

const FILE = /^(\d+)_.+\.sql$/;
const DOWN = '---- create above / drop below ----';
/** tern searches the exact text: without it, the whole file runs up. */
const ALMOST_DOWN = /^\s*--+\s*create\s+above\s*\/\s*drop\s+below\b/i;
const NO_TRANSACTION = /^----\s*tern:\s*disable-tx\s*----\s*$/m;

/**
 * tern numbers its files without gaps. What stands below `---- create above / drop below ----` is the down migration. Each file
 * is one transaction, and settings are reset after it. `migrate/migrate.go`.
 */
export const tern = defineLayout({
  name: 'tern',
  title: 'tern',
  docs: { files: '`001_name.sql`, `---- create above / drop below ----`', remark: 'without templates' },
  defaultFolders: ['migrations'],
  marks: [ALMOST_DOWN],
  transactionRemedy: 'Add the line `---- tern: disable-tx ----` to the file.',
  detect: async (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    const config = first === undefined ? undefined : await folder.above('tern.conf');
    return config && { strength: 'certain', file: config.file, mark: '`tern.conf`' };
  },
  read: async (folder) => {
    const files = folder.files
      .filter((file) => FILE.test(file))
      .sort((a, b) => Number.parseInt(a) - Number.parseInt(b));
    files.forEach((file, at) => {
      if (Number.parseInt(file) !== at + 1)
        throw refusal(
          { file: path.join(folder.dir, file) },
          `${displayPath(path.join(folder.dir, file))} should have the number ${at + 1}: tern allows neither gaps nor duplicates.`,
          'Renumber the files.',
        );
    });
    const sources = await Promise.all(files.map((file) => readSource(folder, file)));
    const config = await folder.above('tern.conf');
    const [, table] = /^\s*version_table\s*=\s*([\w."]+)/m.exec(config?.text ?? '') ?? [];
    return {
      migrations: sources.map(migrationOf),
      historyTables: renamedHistory('tern', table ?? 'schema_version'),
    };
  },
});

function migrationOf(file: SqlSource): Migration {
  const template = /\{\{(?!\s*\/\*)/.exec(file.source);
  if (template)
    throw refusal(
      file,
      `${displayPath(file.file)} uses the templates of tern, which driftmark does not evaluate.`,
      'Replace each template with the text that it produces.',
      template.index,
    );
  const transaction = !NO_TRANSACTION.test(file.source);
  const at = file.source.indexOf(DOWN);
  const almost = [...linesOf(file.source)].find(({ text, start }) => ALMOST_DOWN.test(text) && at !== start);
  if (almost && (at === -1 || almost.start < at))
    throw refusal(
      file,
      `${displayPath(file.file)} has the line \`${almost.text.trim()}\`, which tern does not recognise: it would run the whole file as the up migration.`,
      `Write \`${DOWN}\`.`,
      almost.start,
    );
  const scriptOf = (part: SqlSource): SqlScript =>
    transaction ? wholeText(part, { transaction }) : statementByStatement(part, { transaction });
  const up = scriptOf(at === -1 ? file : { ...file, to: at });
  const down = at === -1 ? undefined : scriptOf({ ...file, from: at + DOWN.length });
  return sqlMigration(path.basename(file.file), up, down && down.queries.length > 0 ? down : undefined);
}
