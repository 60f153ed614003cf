import path from 'node:path';
import { codeOf, hasFunction, isCodeFile, refuseOtherLibraries, writtenFor } from '../code/libraries.js';
import { resolvePackage } from '../code/project-package.js';
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
    const migrations: Migration[] = [];
    for (const file of files) {
      const source = await codeOf(folder, file);
      if (!hasFunction(source, 'up')) continue;
      migrations.push({
        name: path.parse(file).name,
        file: path.join(folder.dir, file),
        // Kysely goes down a migration without `down` by forgetting that it ran.
        hasDown: hasFunction(source, 'down'),
      });
    }
    return { migrations: migrations.sort(({ name: a }, { name: b }) => (a < b ? -1 : 1)) };
  },
  code: {
    warmUp: async (dir, projectDir) => {
      const url = await resolvePackage('kysely', [dir, projectDir]);
      if (url !== undefined) await import(url);
    },
    openSession: async (setup, observer) => {
      const { openKyselySession } = await import('./session.js');
      return openKyselySession(setup, observer);
    },
  },
});
