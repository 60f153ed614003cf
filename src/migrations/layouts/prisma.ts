import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import type { FolderListing } from '../folder-listing.js';
import { defineLayout } from './layout.js';
import { readSource, refusal, sqlMigration, wholeText } from './sql-files.js';

const LOCK = 'migration_lock.toml';
const DIALECTS = ['postgresql', 'postgres', 'cockroachdb'];

/**
 * Prisma Migrate sends each `migration.sql` as one simple query, opens no transaction, and runs all of them on one connection.
 * Every folder is a migration, in the order of `localeCompare`. `packages/migrate/src/utils/listMigrations.ts`.
 */
export const prisma = defineLayout({
  name: 'prisma',
  title: 'Prisma',
  docs: { files: '`prisma/migrations/<name>/migration.sql`', remark: 'Prisma 7 and older' },
  defaultFolders: ['prisma/migrations', 'prisma/schema/migrations', 'src/prisma/migrations'],
  configuredFolders: [
    {
      file: 'package.json',
      folderIn: (text) => {
        const schema = /"prisma"\s*:\s*\{[^}]*"schema"\s*:\s*"([^"]+)"/.exec(text)?.[1];
        if (schema === undefined) return undefined;
        // The schema is a file, or a folder of files.
        const folder = schema.endsWith('.prisma') ? path.posix.dirname(schema) : schema;
        return path.posix.join(folder, 'migrations');
      },
    },
    ...['ts', 'mts', 'js', 'mjs', 'cjs'].map((extension) => ({
      file: `prisma.config.${extension}`,
      folderIn: (text: string) =>
        /\bmigrations\s*:\s*\{[^}]*\bpath\s*:\s*(["'`])([^"'`$]+)\1/.exec(text)?.[2],
    })),
  ],
  usesSubfolders: true,
  detect: async (folder) => {
    if ((await folder.text(LOCK)) !== undefined)
      return { strength: 'certain', file: path.join(folder.dir, LOCK), mark: `\`${LOCK}\`` };
    for (const name of folder.folders.filter((each) => /^\d/.test(each))) {
      const { files } = await folder.folder(name);
      if (files.includes('migration.sql') && !files.includes('snapshot.json'))
        return {
          strength: 'likely',
          file: path.join(folder.dir, name, 'migration.sql'),
          mark: `\`${name}/migration.sql\``,
        };
    }
    return undefined;
  },
  read: async (folder) => {
    await checkDialect(folder);
    const names = folder.folders.toSorted((a, b) => a.localeCompare(b, 'en'));
    const migrations = await Promise.all(names.map((name) => migrationOf(folder, name)));
    return { migrations, session: 'keep' };
  },
});

async function checkDialect(folder: FolderListing): Promise<void> {
  const lock = (await folder.text(LOCK)) ?? '';
  const provider = /^\s*provider\s*=\s*"([^"]*)"/m.exec(lock);
  if (provider?.[1] === undefined || DIALECTS.includes(provider[1])) return;
  throw refusal(
    { file: path.join(folder.dir, LOCK), source: lock },
    `The migrations in ${displayPath(folder.dir)} are for ${provider[1]}, not for PostgreSQL.`,
    'Set `migrations` in the config to a folder of PostgreSQL migrations.',
    provider.index,
  );
}

async function migrationOf(folder: FolderListing, name: string) {
  const file = path.join(folder.dir, name, 'migration.sql');
  if ((await folder.text(`${name}/migration.sql`)) === undefined)
    throw refusal(
      { file },
      `${displayPath(file)} does not exist, so Prisma would refuse the folder (P3015).`,
      `Add the file, or remove the folder ${name}.`,
    );
  return sqlMigration(
    name,
    wholeText(await readSource(folder, `${name}/migration.sql`), { transaction: false }),
  );
}
