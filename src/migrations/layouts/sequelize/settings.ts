/** What the configuration of Sequelize's command line says, read from its text: no user code runs. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withoutComments } from '../code/libraries.js';

/**
 * The folder that `migrations-path` in `.sequelizerc` names: a string, or the strings in a call of `path.resolve` or
 * `path.join`.
 */
export async function migrationsPathOf(projectDir: string): Promise<string | undefined> {
  const source = withoutComments(await textOf(path.join(projectDir, '.sequelizerc')));
  const [, value] = /['"]?migrations-path['"]?\s*:\s*([^\n]*)/.exec(source) ?? [];
  const parts = [...(value ?? '').matchAll(/(['"`])([^'"`]*)\1/g)].map(([, , text]) => text ?? '');
  return parts.length === 0 ? undefined : path.join(projectDir, ...parts);
}

/** The name of the history table, if the configuration has one. */
export async function historyTableOf(projectDir: string): Promise<string | undefined> {
  for (const file of ['config/config.json', 'config/config.js', 'config/config.cjs', 'config/database.js']) {
    const found = /['"]?migrationStorageTableName['"]?\s*:\s*(['"`])([^'"`]+)\1/.exec(
      await textOf(path.join(projectDir, file)),
    );
    if (found) return found[2];
  }
  return undefined;
}

const textOf = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
