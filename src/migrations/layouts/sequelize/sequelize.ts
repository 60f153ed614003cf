import path from 'node:path';
import { codeOf, hasFunction, isCodeFile, refuseOtherLibraries, writtenFor } from '../code/libraries.js';
import { listFolder, type FolderListing } from '../../folder-listing.js';
import { defineLayout, type Evidence, type Migration } from '../layout.js';
import { historyTableOf, migrationsPathOf } from './settings.js';

const own = { name: 'sequelize', title: 'Sequelize' } as const;

/**
 * Migrations of Sequelize's command line or of umzug: modules with `up(queryInterface, Sequelize)` and `down`, in order of
 * name, without a transaction. `src/core/migrator.js` of sequelize-cli.
 */
export const sequelize = defineLayout({
  ...own,
  docs: { files: '`.js`, `.ts`', remark: "[with the project's own package](javascript-tools.md)" },
  defaultFolders: [
    'migrations',
    'db/migrations',
    'src/migrations',
    'src/db/migrations',
    'database/migrations',
    'src/database/migrations',
  ],
  detect: async (folder) => (await writtenFor(folder, own.title)) ?? elsewhere(folder),
  read: async (folder) => {
    const configured = await configuredFolder(folder);
    const listing = configured ?? folder;
    const files = listing.files.filter(isCodeFile);
    await refuseOtherLibraries(listing, files, own);
    const migrations = await Promise.all(
      files.map(async (file): Promise<Migration> => ({
        name: file,
        file: path.join(listing.dir, file),
        hasDown: hasFunction(await codeOf(listing, file), 'down'),
      })),
    );
    const table = await historyTableOf(folder.projectDir);
    return {
      ...(configured && { dir: configured.dir }),
      migrations,
      ...(table !== undefined && {
        historyTables: [{ tool: own.title, table, nameColumn: 'name' }],
      }),
    };
  },
});

/** The folder that `.sequelizerc` names, if the default folder is empty. */
async function configuredFolder(folder: FolderListing): Promise<FolderListing | undefined> {
  const { dir, projectDir, files } = folder;
  if (dir !== path.join(projectDir, 'migrations') || files.some(isCodeFile)) return undefined;
  const configured = await migrationsPathOf(projectDir);
  return configured === undefined || configured === dir ? undefined : listFolder(configured, projectDir);
}

async function elsewhere(folder: FolderListing): Promise<Evidence | undefined> {
  const configured = await configuredFolder(folder);
  if (configured?.files.some(isCodeFile) !== true) return undefined;
  return {
    strength: 'certain',
    file: path.join(folder.projectDir, '.sequelizerc'),
    mark: '`migrations-path`',
  };
}
