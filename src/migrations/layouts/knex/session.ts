import path from 'node:path';
import type { Knex } from 'knex';
import type { ConnectionSettings } from '../../../postgres/connection-settings.js';
import { DriftmarkError } from '../../../errors.js';
import { setConnectionVariables } from '../../runner/environment.js';
import { withTransactionRemedy } from '../../errors/failure.js';
import { migrationFailure } from '../../errors/migration-failure.js';
import { folderSource, loadKnex, type KnexFactory } from './library.js';
import { observeQueries } from './log-queries.js';
import { knexfileSource, loadKnexfile, type KnexfileSettings } from './knexfile.js';
import { createMigrator, type MigratorSettings, type Modules } from './migrator.js';
import type {
  CodeRunner,
  Migration,
  MigrationSession,
  MigrationsFolder,
  SessionObserver,
  SessionSetup,
} from '../layout.js';
import { isTypeScript, loadModule } from '../../load-module.js';
import { idleConnections, LOCK_PATIENCE, withoutReaping } from '../../runner/unref-sockets.js';
import type { Direction } from '../../runner/protocol.js';

export const knexRunner: CodeRunner = { warmUp, openSession };

/** Loads the knex that will run the migrations, and its driver. */
async function warmUp(dir: string, projectDir: string): Promise<void> {
  const knex = await loadKnex([dir, projectDir]);
  // knex connects when it sends its first query.
  knex({ client: 'pg', connection: {} });
}

/** Runs migrations with knex's own migrator. */
async function openSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  const { folder, connection, projectDir } = setup;
  const settings =
    folder.toolConfig === undefined ? {} : await loadKnexfile(folder.toolConfig, folder.toolEnvironment);
  setConnectionVariables(connection);
  const knex = await loadKnex([folder.dir, projectDir]);
  const modules = await loadMigrations(knex, folder, settings, setup, observer);
  setConnectionVariables(connection);

  const migrator = createMigrator(modules, settings.migrations ?? {});
  const db = knex(configuration(connection, settings, migrator.settings));
  withoutReaping(db);
  const statementOf = observeQueries(
    db,
    setup.reportSql ? observer.sql : undefined,
    settings.migrations?.tableName ?? 'knex_migrations',
  );
  let released = false;
  const run = async (direction: Direction, migration: Migration): Promise<void> => {
    if (released) {
      db.initialize();
      withoutReaping(db);
    }
    released = false;
    try {
      await migrator.run(db, direction, migration.name);
    } catch (thrown) {
      throw await migrationFailure(
        { phase: direction, migration },
        thrown,
        withTransactionRemedy(statementOf(thrown), setup),
        connection.password,
      );
    }
  };
  return {
    up: (migration) => run('up', migration),
    down: (migration) => run('down', migration),
    release: async () => {
      await migrator.stop();
      if (!released) await db.destroy();
      released = true;
    },
  };
}

/** Loads all migrations before the first one runs, as `knex migrate:latest` does. */
async function loadMigrations(
  knex: KnexFactory,
  folder: MigrationsFolder,
  settings: KnexfileSettings,
  setup: SessionSetup,
  observer: SessionObserver,
): Promise<Modules> {
  const load = await loader(knex, folder, settings);
  const modules = new Map<string, Knex.Migration>();
  for (const migration of folder.migrations) {
    observer.loading(migration);
    let loaded: Knex.Migration;
    try {
      loaded = await load(migration);
    } catch (thrown) {
      throw await migrationFailure({ phase: 'loading', migration }, thrown, {}, setup.connection.password);
    }
    validate(migration, loaded);
    modules.set(migration.name, loaded);
  }
  return modules;
}

type Load = (migration: Migration) => Promise<Knex.Migration>;

/** driftmark loads TypeScript files. The project's knex loads all others. */
async function loader(
  knex: KnexFactory,
  folder: MigrationsFolder,
  settings: KnexfileSettings,
): Promise<Load> {
  if (folder.toolConfig !== undefined && settings.migrations?.migrationSource) {
    const source = knexfileSource(knex, settings, folder.toolConfig);
    const all = await source.getMigrations(settings.migrations.loadExtensions);
    return async ({ name }) =>
      source.getMigration(all.find((each) => source.getMigrationName(each) === name));
  }
  const source = folderSource(knex, [folder.dir], {});
  return async ({ file }) => {
    if (isTypeScript(file)) return (await loadModule(file)) as Knex.Migration;
    return source.getMigration({ file: path.basename(file), directory: path.dirname(file) });
  };
}

/** The error for a rule of knex, with the reason and a remedy. */
function validate({ name, file }: Migration, loaded: Partial<Knex.Migration> | undefined): void {
  const missing = (['up', 'down'] as const).filter((key) => typeof loaded?.[key] !== 'function');
  if (missing.length === 0) return;
  const remedy =
    missing.length === 2
      ? 'If it is a helper, move it out of the folder, for example into a subfolder.'
      : `Export a function \`${missing[0] ?? ''}\`, which may do nothing: exports.${missing[0] ?? ''} = async () => {};`;
  throw new DriftmarkError(
    'migrations-invalid',
    `Migration ${name} does not export ${missing.map((key) => `\`${key}\``).join(' and ')}. knex requires every file in the folder to export \`up\` and \`down\`.`,
    { place: { file }, remedy },
  );
}

function configuration(
  connection: ConnectionSettings,
  { migrations: _migrations, client: _client, ...shaping }: KnexfileSettings,
  migrations: MigratorSettings,
): Knex.Config {
  return {
    ...shaping,
    client: 'pg',
    // All fields must be set, because node-postgres would take a missing one from elsewhere.
    connection: {
      ...connection,
      ssl: connection.ssl ?? false,
      application_name: 'driftmark',
      ...LOCK_PATIENCE,
    },
    pool: { min: 0, max: 10, afterCreate: idleConnections },
    migrations,
    // An error's message then begins with the statement as it was sent, and values stay out of it.
    compileSqlOnError: false,
    // With this setting, errors name the line of the migration that built the statement.
    asyncStackTraces: true,
    log: { warn: logWarning },
  };
}

function logWarning(message: unknown): void {
  // The error that follows has all information.
  if (typeof message === 'string' && /^migration (file ".*" failed$|failed with error: )/s.test(message))
    return;
  console.warn(message);
}
