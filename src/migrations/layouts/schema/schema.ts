import path from 'node:path';
import { byCodePoint, type FolderListing } from '../../folder-listing.js';
import { defineLayout, type Migration } from '../layout.js';
import { readSource, sqlMigration } from '../sql-files.js';
import { readScript } from './script.js';

/**
 * The schema as SQL instead of migrations: a dump such as Rails' `structure.sql`, or files that are loaded with psql. Each file
 * is one step. A statement is a transaction of its own, as in psql.
 */
export const schema = defineLayout({
  name: 'schema',
  title: 'a schema file',
  docs: {
    files: '`structure.sql`, `schema.sql`, a folder',
    remark: '[the schema instead of migrations](coming-from.md)',
  },
  defaultFolders: [],
  defaultFiles: [
    'db/structure.sql',
    'db/schema.sql',
    'priv/repo/structure.sql',
    'database/schema/pgsql-schema.sql',
    'structure.sql',
    'schema.sql',
  ],
  usesSubfolders: true,
  isOnlyNamed: true,
  detect: async (folder) => {
    const [first] = folder.file === undefined ? await filesIn(folder) : [folder.file];
    if (first === undefined) return undefined;
    const strength = folder.file === undefined ? 'possible' : 'likely';
    return { strength, file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder) => {
    const names = folder.file === undefined ? await filesIn(folder) : [folder.file];
    return { migrations: await Promise.all(names.map((name) => migrationOf(folder, name))) };
  },
});

async function migrationOf(folder: FolderListing, name: string): Promise<Migration> {
  const source = await readSource(folder, name);
  const queries = await readScript(folder, source);
  return sqlMigration(name, { file: source.file, source: source.source, transaction: false, queries });
}

/** The SQL files of a folder and its subfolders, in the order of their paths. */
async function filesIn(folder: FolderListing): Promise<readonly string[]> {
  const below = await Promise.all(
    folder.folders.map(async (name) =>
      (await filesIn(await folder.folder(name))).map((file) => `${name}/${file}`),
    ),
  );
  const files = folder.files.filter((name) => name.endsWith('.sql'));
  return [...files, ...below.flat()].sort(byCodePoint);
}
