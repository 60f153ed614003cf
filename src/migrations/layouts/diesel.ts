import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { byCodePoint, type FolderListing } from '../folder-listing.js';
import { defineLayout, type Migration } from './layout.js';
import {
  crateEvidence,
  readSource,
  refusal,
  sameVersion,
  sqlMigration,
  wholeText,
  type SqlSource,
} from './sql-files.js';

/**
 * Diesel has a folder with `up.sql` and `down.sql` for each migration, ordered by version as text, and sends each file in a
 * transaction, unless `metadata.toml` turns it off. `diesel_migrations/migrations_internals/src/lib.rs`.
 */
export const diesel = defineLayout({
  name: 'diesel',
  title: 'Diesel',
  docs: { files: '`<version>_<name>/up.sql`, `down.sql`' },
  defaultFolders: ['migrations'],
  configuredFolders: [{ file: 'diesel.toml', folderIn: migrationsDirectory }],
  usesSubfolders: true,
  transactionRemedy:
    'Add `metadata.toml` with the line `run_in_transaction = false` beside the file, and leave no other statement in it.',
  detect: async (folder) => {
    const first = await firstMigration(folder);
    if (first === undefined) return undefined;
    const config = await folder.above('diesel.toml');
    if (config) return { strength: 'certain', file: config.file, mark: '`diesel.toml`' };
    const dependency = await crateEvidence(folder, 'diesel');
    if (dependency) return dependency;
    return { strength: 'likely', file: path.join(folder.dir, first, 'up.sql'), mark: `\`${first}/up.sql\`` };
  },
  read: async (folder) => {
    const names = folder.folders.toSorted((a, b) => byCodePoint(versionOf(a), versionOf(b)));
    const found = (await Promise.all(names.map((name) => migrationOf(folder, name)))).flat();
    found.forEach(({ name }, at) => {
      const before = found[at - 1]?.name;
      if (before !== undefined && versionOf(before) === versionOf(name))
        throw sameVersion(folder, versionOf(name), before, name);
    });
    return {
      migrations: found,
      historyTables: [
        {
          tool: 'Diesel',
          table: '__diesel_schema_migrations',
          nameColumn: 'version',
          nameOf: ({ name: version }) =>
            found.find(({ name }) => versionOf(name) === version)?.name ?? String(version),
        },
      ],
    };
  },
});

async function migrationsDirectory(text: string): Promise<string | undefined> {
  const { parse } = await import('smol-toml');
  try {
    const { migrations_directory: section } = parse(text);
    const dir = typeof section === 'object' && 'dir' in section ? section.dir : undefined;
    return typeof dir === 'string' ? dir : undefined;
  } catch {
    return undefined;
  }
}

const versionOf = (name: string): string => (name.split('_', 1)[0] ?? name).replaceAll('-', '');

async function firstMigration(folder: FolderListing): Promise<string | undefined> {
  for (const name of folder.folders)
    if (/^\d/.test(name) && (await folder.text(`${name}/up.sql`)) !== undefined) return name;
  return undefined;
}

/** A folder without files is ignored, as Diesel does. */
async function migrationOf(folder: FolderListing, name: string): Promise<Migration[]> {
  const { files } = await folder.folder(name);
  if (files.length === 0) return [];
  const file = path.join(folder.dir, name, 'up.sql');
  if (!files.includes('up.sql'))
    throw refusal(
      { file },
      `${displayPath(file)} does not exist, so Diesel would refuse the folder.`,
      `Add the file, or remove the folder ${name}.`,
    );
  const transaction = await runsInTransaction(folder, name);
  const up = await readSource(folder, `${name}/up.sql`);
  if (up.source === '')
    throw refusal(
      up,
      `${displayPath(up.file)} is empty, which Diesel refuses.`,
      'Write a comment into it, or remove the folder.',
    );
  // Diesel refuses an empty file when it runs, so a migration with an empty down.sql has only the way up.
  const down = files.includes('down.sql') ? await readSource(folder, `${name}/down.sql`) : undefined;
  const hasDown = down !== undefined && down.source !== '';
  const scriptOf = (source: SqlSource) => wholeText(source, { transaction });
  return [sqlMigration(name, scriptOf(up), hasDown ? scriptOf(down) : undefined)];
}

/** A `metadata.toml` without the key turns the transaction off, because the key defaults to false if the file exists. */
async function runsInTransaction(folder: FolderListing, name: string): Promise<boolean> {
  const metadata = await folder.text(`${name}/metadata.toml`);
  if (metadata === undefined) return true;
  const { parse } = await import('smol-toml');
  try {
    return parse(metadata).run_in_transaction === true;
  } catch {
    return true;
  }
}
