import path from 'node:path';
import { omitUndefined } from '../../util/omit-undefined.js';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import type { HistoryRow } from '../history-tables.js';
import { stringsOf } from './configured-object.js';
import { defineLayout, type Migration, type SqlScript } from './layout.js';
import { readSource, refusal, sqlMigration, type SqlSource } from './sql-files.js';

const JOURNAL = 'meta/_journal.json';
const BREAKPOINT = '--> statement-breakpoint';

/** What is used of the journal. `drizzle-kit` writes more. */
interface Journal {
  readonly dialect: string;
  readonly entries: readonly { readonly tag: string; readonly when: number }[];
}

/**
 * Drizzle splits a file at `--> statement-breakpoint`, and runs all pending migrations in one transaction. Up to 0.x the
 * journal decides which files run and in which order; 1.0 has a folder for each migration. `drizzle-orm/src/migrator.ts`.
 */
export const drizzle = defineLayout({
  name: 'drizzle',
  title: 'Drizzle',
  docs: { files: '`drizzle/0000_name.sql`', remark: "in the order of Drizzle's journal, or of its folders" },
  defaultFolders: [
    'drizzle',
    'drizzle/migrations',
    'src/drizzle/migrations',
    'src/db/migrations',
    'db/migrations',
  ],
  configuredFolders: ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs', 'json'].map((extension) => ({
    file: `drizzle.config.${extension}`,
    // The file is not loaded: it may need the project's packages and variables.
    folderIn: (text) => /(?<![\w.])["']?out["']?\s*:\s*(["'`])([^"'`$]+)\1/.exec(text)?.[2],
  })),
  usesSubfolders: true,
  transactionRemedy:
    'Drizzle runs all migrations in one transaction, so this statement cannot run in any of them: remove CONCURRENTLY.',
  detect: async (folder) => {
    if ((await folder.text(JOURNAL)) !== undefined)
      return { strength: 'certain', file: path.join(folder.dir, JOURNAL), mark: `\`${JOURNAL}\`` };
    for (const name of folder.folders) {
      const { files } = await folder.folder(name);
      if (files.includes('migration.sql') && files.includes('snapshot.json'))
        return {
          strength: 'certain',
          file: path.join(folder.dir, name, 'snapshot.json'),
          mark: `\`${name}/snapshot.json\``,
        };
    }
    return undefined;
  },
  read: async (folder) => {
    const text = await folder.text(JOURNAL);
    // All migrations run on one connection, which keeps its settings.
    const session = 'keep';
    const { table = '__drizzle_migrations', schema = 'drizzle' } = await configuredTable(folder);
    const history = { tool: 'Drizzle', table, schema };
    if (text === undefined) {
      const migrations = await foldersOf(folder);
      return { migrations, session, historyTables: [{ ...history, nameColumn: 'name' }] };
    }
    const journal = await parseJournal(folder, text);
    const migrations = await Promise.all(journal.entries.map(({ tag }) => fileOf(folder, tag)));
    const tags = new Map(journal.entries.map(({ when, tag }) => [String(when), tag]));
    return {
      migrations,
      session,
      // Drizzle records the time of an entry.
      historyTables: [
        {
          ...history,
          nameColumn: 'created_at',
          nameOf: ({ name }: HistoryRow) => tags.get(String(name)) ?? String(name),
        },
      ],
      notices: [...skippedNotices(journal), ...unlistedNotices(folder, journal)],
    };
  },
});

/** What `migrations: { table, schema }` in the configuration of drizzle-kit says. */
async function configuredTable(folder: FolderListing): Promise<{ table?: string; schema?: string }> {
  for (const extension of ['ts', 'js', 'mjs', 'mts', 'cjs', 'json']) {
    const config = await folder.above(`drizzle.config.${extension}`);
    if (config === undefined) continue;
    const settings = stringsOf('migrations', config.text);
    return omitUndefined({
      table: settings.get('table'),
      schema: settings.get('schema'),
    });
  }
  return {};
}

async function parseJournal(folder: FolderListing, text: string): Promise<Journal> {
  const { z } = await import('zod');
  const journalShape = z.object({
    dialect: z.string(),
    entries: z.array(z.object({ tag: z.string(), when: z.number() })),
  });
  const at = { file: path.join(folder.dir, JOURNAL), source: text };
  const journal = journalShape.safeParse(jsonOf(text));
  if (!journal.success)
    throw refusal(
      at,
      `${displayPath(at.file)} is not a journal of Drizzle.`,
      'Restore it from git, or run `npx drizzle-kit generate` again.',
      0,
    );
  if (!['postgresql', 'pg'].includes(journal.data.dialect))
    throw refusal(
      at,
      `The migrations in ${displayPath(folder.dir)} are for ${journal.data.dialect}, not for PostgreSQL.`,
      'Set `migrations` in the config to a folder of PostgreSQL migrations.',
      text.indexOf('"dialect"'),
    );
  return journal.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A migration of 0.x. */
async function fileOf(folder: FolderListing, tag: string): Promise<Migration> {
  const name = `${tag}.sql`;
  const file = path.join(folder.dir, name);
  if ((await folder.text(name)) === undefined) {
    const source = (await folder.text(JOURNAL)) ?? '';
    throw refusal(
      { file: path.join(folder.dir, JOURNAL), source },
      `${displayPath(file)} does not exist, but ${JOURNAL} lists it.`,
      'Add the file, or remove its entry.',
      source.indexOf(`"${tag}"`),
    );
  }
  return sqlMigration(tag, piecesOf(await readSource(folder, name)));
}

/** The migrations of 1.0: folders that hold `migration.sql`. */
function foldersOf(folder: FolderListing): Promise<Migration[]> {
  const names = folder.folders.toSorted((a, b) => a.localeCompare(b, 'en'));
  return Promise.all(
    names.map(async (name) => {
      const source = await readSource(folder, `${name}/migration.sql`);
      return (await folder.text(`${name}/migration.sql`)) === undefined
        ? []
        : [sqlMigration(name, piecesOf(source))];
    }),
  ).then((found) => found.flat());
}

function piecesOf({ file, source }: SqlSource): SqlScript {
  let start = 0;
  const queries = source.split(BREAKPOINT).map((text) => {
    const query = { text, start };
    start += text.length + BREAKPOINT.length;
    return query;
  });
  return { file, source, transaction: true, queries: queries.filter(({ text }) => text.trim() !== '') };
}

/** An existing database skips an entry that is not newer than the newest one it has run. A merge can cause this. */
function skippedNotices({ entries }: Journal): string[] {
  let newest = entries[0];
  return entries.slice(1).flatMap((entry) => {
    if (newest !== undefined && entry.when <= newest.when)
      return [
        `Drizzle skips ${entry.tag}.sql in databases that have run ${newest.tag}.sql: its \`when\` in ${JOURNAL} is not later.`,
      ];
    newest = entry;
    return [];
  });
}

function unlistedNotices(folder: FolderListing, { entries }: Journal): string[] {
  const listed = new Set(entries.map(({ tag }) => `${tag}.sql`));
  return folder.files
    .filter((file) => file.endsWith('.sql') && !listed.has(file))
    .map((file) => `${file} is not in ${JOURNAL}, so Drizzle does not run it.`);
}
