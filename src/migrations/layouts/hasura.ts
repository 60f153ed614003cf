import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { defineLayout, type Migration } from './layout.js';
import { readSource, refusal, sameVersion, sqlMigration, wholeText } from './sql-files.js';

const FOLDER = /^(\d+)_/;

/**
 * Hasura has a folder `<version>_<name>` with `up.sql` and `down.sql` for each migration, since config v3 below a folder
 * for each database. Its server runs each file in a transaction. `cli/migrate/source/file/file.go`.
 */
export const hasura = defineLayout({
  name: 'hasura',
  title: 'Hasura',
  docs: { files: '`<version>_<name>/up.sql`' },
  defaultFolders: ['migrations', 'hasura/migrations'],
  usesSubfolders: true,
  detect: async (folder) => {
    const config = await configOf(folder);
    if (config === undefined || !(await hasMigrations(folder))) return undefined;
    return { strength: 'certain', file: config.file, mark: '`metadata_directory`' };
  },
  read: async (folder) => {
    const at = await databaseFolder(folder);
    const names = at.folders
      .filter((name) => FOLDER.test(name))
      .sort((a, b) => (versionOf(a) < versionOf(b) ? -1 : 1));
    names.forEach((name, index) => {
      const before = names[index - 1];
      if (before !== undefined && versionOf(before) === versionOf(name))
        throw sameVersion(at, versionOf(name), before, name);
    });
    const found = await Promise.all(names.map((name) => migrationOf(at, name)));
    return { dir: at.dir, migrations: found.flat() };
  },
});

const versionOf = (name: string): bigint => BigInt(FOLDER.exec(name)?.[1] ?? 0);

async function configOf(folder: FolderListing) {
  const config = await folder.above('config.yaml');
  return config && /^metadata_directory:/m.test(config.text) ? config : undefined;
}

async function hasMigrations(folder: FolderListing): Promise<boolean> {
  if (folder.folders.some((name) => FOLDER.test(name))) return true;
  const databases = await Promise.all(folder.folders.map((name) => folder.folder(name)));
  return databases.some(({ folders }) => folders.some((name) => FOLDER.test(name)));
}

/** The folder itself, or that of the only database below it. */
async function databaseFolder(folder: FolderListing): Promise<FolderListing> {
  if (folder.folders.length === 0 || folder.folders.some((name) => FOLDER.test(name))) return folder;
  const [first, second] = folder.folders;
  if (first !== undefined && second === undefined) return folder.folder(first);
  throw refusal(
    { file: folder.dir },
    `${displayPath(folder.dir)} has migrations of several databases: ${folder.folders.join(', ')}.`,
    `Set \`migrations\` in the config to one of them, such as ${displayPath(path.join(folder.dir, first ?? ''))}.`,
  );
}

async function migrationOf(folder: FolderListing, name: string): Promise<Migration[]> {
  const { files } = await folder.folder(name);
  const scriptOf = async (side: string) =>
    wholeText(await readSource(folder, `${name}/${side}.sql`), { transaction: true });
  const yaml = files.includes('up.yaml') ? ((await folder.text(`${name}/up.yaml`)) ?? '') : '';
  const command = yaml.search(/\b(run_sql|mssql_run_sql|pg_run_sql)\b/);
  if (command !== -1)
    throw refusal(
      { file: path.join(folder.dir, name, 'up.yaml'), source: yaml },
      `${displayPath(path.join(folder.dir, name, 'up.yaml'))} runs SQL in YAML, which driftmark does not read.`,
      'Move the SQL into `up.sql` beside it.',
      command,
    );
  if (!files.includes('up.sql')) return [];
  const down = files.includes('down.sql') ? await scriptOf('down') : undefined;
  return [sqlMigration(name, await scriptOf('up'), down && down.queries.length > 0 ? down : undefined)];
}
