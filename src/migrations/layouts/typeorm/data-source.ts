/** The settings of a project's data source that concern migrations, read from its text: loading it would load the application. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { FolderListing } from '../../folder-listing.js';
import { withoutComments } from '../code/libraries.js';

/** Settings of `DataSourceOptions`, if the text has them as literals. */
export interface DataSourceSettings {
  /** Absolute path of the file that has them. */
  readonly file?: string;
  readonly migrationsTableName?: string;
  readonly migrationsTransactionMode?: 'all' | 'each' | 'none';
  readonly schema?: string;
  readonly uuidExtension?: string;
  readonly installExtensions?: boolean;
}

/** The usual names of the file. */
const NAMES = [
  'data-source',
  'datasource',
  'dataSource',
  'DataSource',
  'typeorm.config',
  'typeorm-cli.config',
  'ormconfig',
  'orm.config',
];
const EXTENSIONS = ['.ts', '.js', '.mts', '.cts', '.mjs', '.cjs', '.json'];

/** Reads the data source of a project: the first file with one of the usual names, at or above the folder or in `src`. */
export async function dataSourceOf({ dir, projectDir }: FolderListing): Promise<DataSourceSettings> {
  const source = ['src', 'src/config', 'src/database', 'src/db', 'config'].map((folder) =>
    path.join(projectDir, folder),
  );
  for (const folder of [...foldersAbove(dir, projectDir), ...source]) {
    for (const name of NAMES) {
      for (const extension of EXTENSIONS) {
        const file = path.join(folder, name + extension);
        const text = await readFile(file, 'utf8').catch(() => undefined);
        if (text !== undefined) return { file, ...settingsIn(withoutComments(text)) };
      }
    }
  }
  return {};
}

function foldersAbove(dir: string, projectDir: string): string[] {
  const folders = [dir];
  for (let folder = dir; folder !== projectDir && folder !== path.dirname(folder);) {
    folder = path.dirname(folder);
    folders.push(folder);
  }
  return folders;
}

export function settingsIn(text: string): Omit<DataSourceSettings, 'file'> {
  const literal = (name: string) =>
    new RegExp(`['"]?\\b${name}\\b['"]?\\s*:\\s*(?:['"\`](\\w+)['"\`]|(true|false)\\b)`).exec(text);
  const word = (name: string) => literal(name)?.[1];
  const mode = word('migrationsTransactionMode');
  const [tableName, schema, uuid] = ['migrationsTableName', 'schema', 'uuidExtension'].map(word);
  const install = literal('installExtensions')?.[2];
  return {
    ...(tableName !== undefined && { migrationsTableName: tableName }),
    ...((mode === 'all' || mode === 'each' || mode === 'none') && { migrationsTransactionMode: mode }),
    ...(schema !== undefined && { schema }),
    ...(uuid !== undefined && { uuidExtension: uuid }),
    ...(install !== undefined && { installExtensions: install === 'true' }),
  };
}
