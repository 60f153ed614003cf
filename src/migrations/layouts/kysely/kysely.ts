import path from 'node:path';
import { codeOf, hasFunction, isCodeFile, refuseOtherLibraries, writtenFor } from '../code/libraries.js';
import type { FolderListing } from '../../folder-listing.js';
import { renamedHistory } from '../configured-history.js';
import { defineLayout, type Migration } from '../layout.js';

const own = { name: 'kysely', title: 'Kysely' } as const;

/**
 * Migrations of Kysely: modules that export `up` and `down`, in order of name. Kysely's `FileMigrationProvider` ignores
 * every file without `up`. `src/migration/file-migration-provider.ts`, `src/migration/migrator.ts`.
 */
export const kysely = defineLayout({
  ...own,
  docs: { files: '`.js`, `.ts`', remark: "[with the project's own package](javascript-tools.md)" },
  defaultFolders: ['migrations', 'src/migrations', 'db/migrations', 'src/db/migrations'],
  detect: (folder) => writtenFor(folder, own.title),
  read: async (folder) => {
    const files = folder.files.filter(isCodeFile);
    await refuseOtherLibraries(folder, files, own);
    // Kysely keys them by name: of a file and what it was compiled to, the last one counts.
    const migrations = new Map<string, Migration>();
    for (const file of files) {
      const source = await codeOf(folder, file);
      if (!hasFunction(source, 'up')) continue;
      const { name } = path.parse(file);
      migrations.set(name, {
        name,
        file: path.join(folder.dir, file),
        // Kysely goes down a migration without `down` by forgetting that it ran.
        hasDown: hasFunction(source, 'down'),
      });
    }
    return {
      migrations: [...migrations.values()].sort(({ name: a }, { name: b }) => (a < b ? -1 : 1)),
      historyTables: renamedHistory('Kysely', await historyTableOf(folder)),
    };
  },
});

/** `migrationTableName` in the configuration of Kysely's command line. */
async function historyTableOf(folder: FolderListing): Promise<string | undefined> {
  for (const extension of ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'])
    for (const name of [`kysely.config.${extension}`, `.config/kysely.config.${extension}`]) {
      const config = await folder.above(name);
      const found = /\bmigrationTableName\s*:\s*["'`]([^"'`]+)["'`]/.exec(config?.text ?? '')?.[1];
      if (found !== undefined) return found;
    }
  return undefined;
}
