import path from 'node:path';
import { displayPath } from '../../errors/source-location.js';
import type { FolderListing } from '../../folder-listing.js';
import {
  codeOf,
  hasFunction,
  isCodeFile,
  refuseOtherLibraries,
  withoutComments,
  writtenFor,
} from '../code/libraries.js';
import { defineLayout, type Migration } from '../layout.js';
import { refusal } from '../sql-files.js';
import { dataSourceOf } from './data-source.js';
import { extensionsOf } from './extensions.js';

const own = { name: 'typeorm', title: 'TypeORM' } as const;

/**
 * Migrations of TypeORM: classes with `up(queryRunner)` and `down`, in order of the timestamp at the end of their names.
 * `src/migration/MigrationExecutor.ts`.
 */
export const typeorm = defineLayout({
  ...own,
  docs: { files: '`.js`, `.ts`', remark: "[with the project's own package](javascript-tools.md)" },
  defaultFolders: [
    'src/migrations',
    'src/migration',
    'migrations',
    'migration',
    'src/database/migrations',
    'src/db/migrations',
    'db/migrations',
  ],
  transactionRemedy:
    'Add the property `transaction = false;` to the class: TypeORM then runs it without a transaction.',
  detect: (folder) => writtenFor(folder, own.title),
  read: async (folder) => {
    const files = withoutCompiled(folder.files.filter(isCodeFile));
    await refuseOtherLibraries(folder, files, own);
    const found = (await Promise.all(files.map((file) => migrationsIn(folder, file)))).flat();
    const dataSource = await dataSourceOf(folder);
    const onConnect = await extensionsOf(found, dataSource);
    const table = dataSource.migrationsTableName ?? 'migrations';
    return {
      migrations: found.sort((a, b) => timestampOf(a.name) - timestampOf(b.name)),
      ...(dataSource.file !== undefined && { toolConfig: dataSource.file }),
      ...(onConnect.length > 0 && { onConnect }),
      historyTables: [
        { tool: own.title, table, nameColumn: 'name' },
        // The sequence of its column.
        { tool: own.title, table: `${table}_id_seq` },
      ],
    };
  },
});

/** A compiled file beside its source is the same migration. */
const withoutCompiled = (files: readonly string[]): string[] =>
  files.filter((file) => !file.endsWith('.js') || !files.includes(file.replace(/\.js$/, '.ts')));

/** The classes of a file that have a method `up`. TypeORM takes every exported class. */
async function migrationsIn(folder: FolderListing, name: string): Promise<Migration[]> {
  const file = path.join(folder.dir, name);
  const source = await codeOf(folder, name);
  const code = withoutComments(source);
  const classes = [...code.matchAll(/\bclass\s+(\w+)/g)];
  return classes.flatMap((found, at) => {
    const text = code.slice(found.index, classes[at + 1]?.index);
    const given = /^\s*(?:public\s+|readonly\s+)*name\s*(?::\s*string\s*)?=\s*['"](\w+)['"]/m.exec(text);
    const className = given?.[1] ?? found[1] ?? '';
    if (!hasFunction(text, 'up')) return [];
    if (Number.isNaN(timestampOf(className)))
      throw refusal(
        { file, source },
        `${displayPath(file)} has the migration \`${className}\`, whose name does not end with a timestamp of 13 digits, so TypeORM refuses it.`,
        'Rename the class, for example with the digits in the name of its file.',
        source.indexOf(found[0]),
      );
    return [{ name: className, file, hasDown: hasFunction(text, 'down') }];
  });
}

/** TypeORM takes the last 13 characters. */
const timestampOf = (name: string): number => (name.length < 13 ? Number.NaN : Number(name.slice(-13)));
