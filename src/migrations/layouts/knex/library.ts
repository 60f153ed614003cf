import { createRequire } from 'node:module';
import path from 'node:path';
import type { Knex } from 'knex';

export type KnexFactory = (config: Knex.Config) => Knex;

/** A migration source, whatever it calls a migration. */
export type AnySource = Omit<Knex.MigrationSource<unknown>, 'getMigrations'> & {
  getMigrations(loadExtensions: readonly string[] | undefined): Promise<unknown[]>;
};

/**
 * The knex that runs the project's migrations: the project's own, found from the first of `dirs` that has one and along
 * with which `pg` is installed, else ours.
 */
export async function loadKnex(dirs: readonly string[]): Promise<KnexFactory> {
  const file = dirs.map((dir) => resolveKnex(path.join(dir, 'noop.js'))).find((found) => found !== undefined);
  return file === undefined ? (await import('knex')).default : (createRequire(file)(file) as KnexFactory);
}

function resolveKnex(from: string): string | undefined {
  try {
    const file = createRequire(from).resolve('knex');
    createRequire(file).resolve('pg');
    return file;
  } catch {
    return undefined;
  }
}

/** knex's own reader of folders (`FsMigrations`), which knex does not export. */
export function folderSource(
  knex: KnexFactory,
  directories: readonly string[],
  { sortDirsSeparately, loadExtensions }: Knex.MigratorConfig,
): AnySource {
  const { migrate } = knex({
    client: 'pg',
    migrations: {
      directory: directories,
      ...(sortDirsSeparately !== undefined && { sortDirsSeparately }),
      ...(loadExtensions && { loadExtensions }),
    },
  });
  return (migrate as unknown as { config: { migrationSource: AnySource } }).config.migrationSource;
}

/** Where a migration of `folderSource` lies; undefined for those of other sources. */
export function fileOfMigration(migration: unknown): string | undefined {
  if (typeof migration !== 'object' || migration === null) return undefined;
  const { file, directory } = migration as { file?: unknown; directory?: unknown };
  return typeof file === 'string' && typeof directory === 'string'
    ? path.resolve(directory, file)
    : undefined;
}
