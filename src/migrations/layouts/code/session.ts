import { DriftmarkError } from '../../../errors.js';
import type { Direction } from '../../runner/protocol.js';
import { setConnectionVariables } from '../../runner/environment.js';
import { withTransactionRemedy } from '../../errors/failure.js';
import { migrationFailure } from '../../errors/migration-failure.js';
import { loadModule } from '../../load-module.js';
import type { Migration, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';
import { driverFor, type Driver } from './driver.js';

/** How a library runs a migration. */
export interface Library<Db> {
  /** Connects, or prepares to connect, with the driver. */
  readonly open: (driver: Driver) => Db | Promise<Db>;
  readonly run: (db: Db, direction: Direction, migration: Migration) => Promise<void>;
  readonly close: (db: Db) => Promise<void>;
}

/** A session in which a library runs migrations on connections of `driverFor`. */
export async function codeSession<Db>(
  setup: SessionSetup,
  observer: SessionObserver,
  { open, run, close }: Library<Db>,
): Promise<MigrationSession> {
  const { connection, reportSql } = setup;
  const driver = await driverFor(connection, reportSql ? observer.sql : undefined);
  let db: { readonly opened: Db } | undefined;
  const step = async (direction: Direction, migration: Migration): Promise<void> => {
    try {
      db ??= { opened: await open(driver) };
      await run(db.opened, direction, migration);
    } catch (thrown) {
      const failure = withTransactionRemedy(driver.failureOf(thrown), setup);
      throw await migrationFailure({ phase: direction, migration }, thrown, failure, connection.password);
    }
  };
  return {
    up: (migration) => step('up', migration),
    down: (migration) => step('down', migration),
    release: async () => {
      const closing = db;
      db = undefined;
      if (closing) await close(closing.opened);
    },
  };
}

/**
 * Loads all migrations before the first one runs, as the libraries do.
 *
 * @returns what each module exports, by the name of the migration
 */
export async function loadMigrations(
  { folder, connection }: SessionSetup,
  observer: SessionObserver,
): Promise<ReadonlyMap<string, object>> {
  setConnectionVariables(connection);
  const modules = new Map<string, object>();
  for (const migration of folder.migrations) {
    if (migration.up) continue;
    observer.loading(migration);
    try {
      modules.set(migration.name, (await loadModule(migration.file)) as object);
    } catch (thrown) {
      throw await migrationFailure({ phase: 'loading', migration }, thrown, {}, connection.password);
    }
  }
  // A migration may have loaded a `.env` file.
  setConnectionVariables(connection);
  return modules;
}

/** What a module exports: its names, or the object or function that it exports as a whole. */
export function exportsOf(module: object | undefined, name: string): unknown {
  for (let at: unknown = module; typeof at === 'object' && at !== null;) {
    const exports = at as Readonly<Record<string, unknown>>;
    if (exports[name] !== undefined) return exports[name];
    if (exports.default === at) return undefined;
    at = exports.default;
  }
  return undefined;
}

/** The error for a migration without the function of a direction. `example` shows how to export one. */
export function withoutFunction({ file }: Migration, name: Direction, example: string): DriftmarkError {
  return new DriftmarkError('migrations-invalid', `The migration does not export a function \`${name}\`.`, {
    place: { file },
    remedy: `Export it: \`${example}\``,
  });
}
