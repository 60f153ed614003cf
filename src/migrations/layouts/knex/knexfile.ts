import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Knex } from 'knex';
import { DriftmarkError } from '../../../errors.js';
import { setConnectionVariables } from '../../runner/environment.js';
import { isErrorLike } from '../../errors/failure.js';
import { fileOfMigration, folderSource, loadKnex, type AnySource, type KnexFactory } from './library.js';
import { knexfileFailure } from './knexfile-failure.js';
import type { KnexfileReport } from './knexfile-reader.js';
import { loadModule } from '../../load-module.js';

/** The part of a knexfile that affects the schema: not the client, the connection or the pool. */
export type KnexfileSettings = Pick<
  Knex.Config,
  'migrations' | 'searchPath' | 'wrapIdentifier' | 'postProcessResponse' | 'client'
>;

/**
 * Loads a knexfile as knex's command line does: an object, or a function that returns one, with the environment
 * `NODE_ENV` or `development` in it, or without environments.
 *
 * @throws DriftmarkError `migrations-invalid`
 */
export async function loadKnexfile(
  file: string,
  environment = process.env.NODE_ENV ?? 'development',
): Promise<KnexfileSettings> {
  const loaded = await evaluate(file);
  const config = (loaded[environment] ?? withoutEnvironments(file, loaded, environment)) as KnexfileSettings;
  const { client, searchPath, wrapIdentifier, postProcessResponse } = config;
  return {
    migrations: config.migrations ?? {},
    ...(client !== undefined && { client }),
    ...(searchPath !== undefined && { searchPath }),
    ...(wrapIdentifier && { wrapIdentifier }),
    ...(postProcessResponse && { postProcessResponse }),
  };
}

/** Settings of knex by which a knexfile without environments is recognised. */
const SETTINGS = ['client', 'dialect', 'connection', 'migrations', 'searchPath', 'wrapIdentifier', 'pool'];

/** @throws DriftmarkError `migrations-invalid` if the knexfile has environments: without this one, knex stops as well. */
function withoutEnvironments(file: string, loaded: Record<string, unknown>, environment: string): object {
  const isConfig = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && SETTINGS.some((setting) => setting in value);
  const environments = Object.keys(loaded).filter((name) => isConfig(loaded[name]));
  if (isConfig(loaded) || environments.length === 0) return loaded;
  throw new DriftmarkError('migrations-invalid', `The knexfile has no environment "${environment}".`, {
    place: { file },
    remedy: `Set \`knexEnvironment\` in the config to one of its environments: ${environments.join(', ')}.`,
  });
}

async function evaluate(file: string): Promise<Record<string, unknown>> {
  try {
    const module = (await loadModule(file)) as { default?: unknown };
    const exported: unknown = module.default ?? module;
    const value = typeof exported === 'function' ? await (exported as () => unknown)() : exported;
    if (typeof value !== 'object' || value === null) throw new Error('it exports no configuration');
    return value as Record<string, unknown>;
  } catch (error) {
    const reason = isErrorLike(error) ? error.message : String(error);
    throw knexfileFailure(file, reason);
  }
}

/** The folders that knex would read. Relative paths are relative to the folder of the knexfile. */
function directoriesOf(settings: KnexfileSettings, knexfile: string): string[] {
  const { directory = './migrations' } = settings.migrations ?? {};
  return [directory].flat().map((dir) => path.resolve(path.dirname(knexfile), dir));
}

/** The migrations that the project's own knex finds with a knexfile. */
export async function describeKnexfile(
  knexfile: string,
  projectDir: string,
  environment?: string,
): Promise<KnexfileReport> {
  // Some knexfiles do not load without DATABASE_URL. No server listens at this URL.
  setConnectionVariables({ host: '127.0.0.1', port: 1, user: 'driftmark', database: 'driftmark' });
  const settings = await loadKnexfile(knexfile, environment);
  const directories = directoriesOf(settings, knexfile);
  const { tableName, schemaName, migrationSource } = settings.migrations ?? {};
  const facts = {
    directories,
    hasSource: migrationSource !== undefined,
    ...(typeof settings.client === 'string' && { client: settings.client }),
    ...(tableName !== undefined && { tableName }),
    ...(schemaName !== undefined && { schemaName }),
  };
  const missing: string[] = [];
  // A source of its own does not read the directories.
  if (!facts.hasSource) for (const dir of directories) await readdir(dir).catch(() => missing.push(dir));
  if (missing.length > 0) return { ...facts, missing, migrations: [] };
  const knex = await loadKnex([projectDir]);
  const source = knexfileSource(knex, settings, knexfile);
  const found = await source.getMigrations(settings.migrations?.loadExtensions);
  const migrations = found.map((each) => ({
    name: source.getMigrationName(each),
    file: fileOfMigration(each) ?? knexfile,
  }));
  return { ...facts, missing, migrations };
}

/** The migration source that knex would use: the knexfile's own source, or its folders. */
export function knexfileSource(
  knex: KnexFactory,
  { migrations = {} }: KnexfileSettings,
  knexfile: string,
): AnySource {
  if (migrations.migrationSource) return migrations.migrationSource;
  return folderSource(knex, directoriesOf({ migrations }, knexfile), migrations);
}
