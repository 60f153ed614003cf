import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { defineLayout, type Migration } from './layout.js';
import { linesOf, readSource, refusal, sqlMigration, wholeText, type SqlSource } from './sql-files.js';

const FILE = /^([0-9]+)(-[-_a-zA-Z0-9]*)?\.sql$/;
const HEADER = /^--!\s+[A-Z]\w*:/;
const NO_TRANSACTION = /^--!\s*no-transaction\b/;
const PLACEHOLDER = /(?<![:\w]):[A-Z][A-Z0-9_]+\b/;

/**
 * graphile-migrate runs the files of `migrations/committed` in order of number, each as one query in a transaction. Lines
 * `--! Key: value` are its header. `src/migration.ts`, `src/header.ts`.
 */
export const graphileMigrate = defineLayout({
  name: 'graphile-migrate',
  title: 'graphile-migrate',
  docs: { files: '`migrations/committed/000001.sql`', remark: 'committed migrations, without `current.sql`' },
  defaultFolders: ['migrations/committed', 'migrations'],
  usesSubfolders: true,
  marks: [/^--! Previous:/],
  transactionRemedy: 'Begin the body of the file with the line `--! no-transaction`.',
  detect: async (folder) => {
    if (!folder.folders.includes('committed')) return undefined;
    const { dir, files } = await folder.folder('committed');
    const first = files.find((file) => FILE.test(file));
    if (first === undefined) return undefined;
    const text = (await folder.text(`committed/${first}`)) ?? '';
    return text.startsWith('--! ')
      ? { strength: 'certain', file: path.join(dir, first), line: 1, mark: '`--! Previous`' }
      : undefined;
  },
  read: async (folder) => {
    const at: FolderListing = folder.folders.includes('committed')
      ? await folder.folder('committed')
      : folder;
    const files = at.files
      .filter((file) => FILE.test(file))
      .sort((a, b) => numberOf(a).localeCompare(numberOf(b), 'en'));
    const sources = await Promise.all(files.map((file) => readSource(at, file)));
    return { dir: at.dir, migrations: sources.map(migrationOf) };
  },
});

const numberOf = (file: string): string => FILE.exec(file)?.[1] ?? '';

function migrationOf(file: SqlSource): Migration {
  const from = bodyOf(file.source);
  const placeholder = PLACEHOLDER.exec(file.source.slice(from));
  if (placeholder)
    throw refusal(
      file,
      `${displayPath(file.file)} uses the placeholder ${placeholder[0]}, which driftmark does not replace.`,
      'Let graphile-migrate itself run with `migrations: { command: … }`.',
      from + placeholder.index,
    );
  const transaction = !NO_TRANSACTION.test(file.source.slice(from));
  return sqlMigration(path.basename(file.file), wholeText({ ...file, from }, { transaction }));
}

/** Where the body begins: behind the header and the empty lines that follow it. */
function bodyOf(source: string): number {
  for (const { text, start } of linesOf(source)) if (!HEADER.test(text) && text.trim() !== '') return start;
  return source.length;
}
