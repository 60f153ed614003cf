import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { stringsOf } from './configured-object.js';
import { defineLayout, type Migration } from './layout.js';
import { linesOf, readSource, refusal, sqlMigration, type SqlSource } from './sql-files.js';
import { joined } from './text-pieces.js';

const FILE = /^([0-9]+)(-[-_a-zA-Z0-9]*)?\.sql$/;
const HEADER = /^--!\s+[A-Z]\w*:/;
const NO_TRANSACTION = /^--!\s*no-transaction\b/;
/** Placeholders that graphile-migrate itself defines. */
const BUILT_IN = [':DATABASE_NAME', ':DATABASE_OWNER'];

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
  read: async (folder, { placeholders = {} }) => {
    const at: FolderListing = folder.folders.includes('committed')
      ? await folder.folder('committed')
      : folder;
    const files = at.files
      .filter((file) => FILE.test(file))
      .sort((a, b) => numberOf(a).localeCompare(numberOf(b), 'en'));
    const sources = await Promise.all(files.map((file) => readSource(at, file)));
    const values = await placeholdersOf(at, placeholders);
    return {
      dir: at.dir,
      migrations: sources.map((source) => migrationOf(source, values)),
      // All files run on one connection, which keeps its settings.
      session: 'keep',
    };
  },
});

const numberOf = (file: string): string => FILE.exec(file)?.[1] ?? '';

/** Values by name, with the colon; undefined for a placeholder whose value is not known. */
type Values = ReadonlyMap<string, string | undefined>;

/** The placeholders of `.gmrc`, and the values of the setting `placeholders`, which are stronger. */
async function placeholdersOf(folder: FolderListing, own: Readonly<Record<string, string>>): Promise<Values> {
  const values = new Map<string, string | undefined>(BUILT_IN.map((name) => [name, undefined]));
  for (const name of ['.gmrc', '.gmrc.js', '.gmrc.cjs']) {
    const text = (await folder.above(name))?.text ?? '';
    for (const [key, value] of stringsOf('placeholders', text))
      if (/^:[A-Z][A-Z0-9_]+$/.test(key)) values.set(key, value === '!ENV' ? undefined : value);
  }
  for (const [name, value] of Object.entries(own)) values.set(`:${name.replace(/^:/, '')}`, value);
  return values;
}

function migrationOf(file: SqlSource, values: Values): Migration {
  const from = bodyOf(file.source);
  const body = file.source.slice(from);
  const pattern = new RegExp(
    `(?:${[...values.keys()].map((name) => name.replace(/[^\w:]/g, '\\$&')).join('|')})\\b`,
    'g',
  );
  const replacements = [...body.matchAll(pattern)].map(({ 0: name, index }) => {
    const value = values.get(name);
    if (value === undefined)
      throw refusal(
        file,
        `${displayPath(file.file)} uses the placeholder ${name}, whose value driftmark does not know.`,
        `Set \`placeholders: { ${name.slice(1)}: '…' }\` in the config.`,
        from + index,
      );
    return { index, length: name.length, value };
  });
  const transaction = !NO_TRANSACTION.test(body);
  const query = joined([{ text: body, start: from, replacements }]).query();
  return sqlMigration(path.basename(file.file), {
    file: file.file,
    source: file.source,
    transaction,
    queries: query ? [query] : [],
  });
}

/** Where the body begins: behind the header and the empty lines that follow it. */
function bodyOf(source: string): number {
  for (const { text, start } of linesOf(source)) if (!HEADER.test(text) && text.trim() !== '') return start;
  return source.length;
}
