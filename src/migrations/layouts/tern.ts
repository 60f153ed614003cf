import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import {
  readSource,
  refusal,
  sectionMarks,
  sqlMigration,
  statementByStatement,
  wholeText,
  type SqlSource,
} from './sql-files.js';

const FILE = /^(\d+)_.+\.sql$/;
const DOWN = /^----\s*create above\s*\/\s*drop below\s*----\s*$/;
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
  marks: [DOWN],
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
    return { migrations: sources.map(migrationOf) };
  },
});

function migrationOf(file: SqlSource): Migration {
  const template = /\{\{(?!\s*\/\*)/.exec(file.source);
  if (template)
    throw refusal(
      file,
      `${displayPath(file.file)} uses the templates of tern, which driftmark does not evaluate.`,
      'Write the text that the template gives.',
      template.index,
    );
  const transaction = !NO_TRANSACTION.test(file.source);
  const [mark] = sectionMarks(file.source, (line) => (DOWN.test(line) ? 'down' : undefined));
  const scriptOf = (part: SqlSource): SqlScript =>
    transaction ? wholeText(part, { transaction }) : statementByStatement(part, { transaction });
  const up = scriptOf(mark ? { ...file, to: mark.start } : file);
  const down = mark && scriptOf({ ...file, from: mark.end });
  return sqlMigration(path.basename(file.file), up, down && down.queries.length > 0 ? down : undefined);
}
