import { databaseErrorIn } from '../../../postgres/query-error.js';
import type { Driver } from '../code/driver.js';
import { importProjectPackage, preloadProjectPackage } from '../code/project-package.js';
import { codeSession, exportsOf, loadMigrations, withoutFunction } from '../code/session.js';
import type { CodeRunner, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';

/** The part of Kysely that runs migrations, in any version. */
interface KyselyPackage {
  readonly Kysely: new (options: { dialect: unknown }) => Kysely;
  readonly PostgresDialect: new (options: { pool: unknown }) => unknown;
}

interface Kysely {
  transaction(): { execute(use: (transaction: Kysely) => Promise<unknown>): Promise<unknown> };
  destroy(): Promise<void>;
}

type Step = (db: Kysely) => unknown;

/** A statement cannot run in a transaction block: `active_sql_transaction` and `invalid_transaction_termination`. */
const REFUSES_TRANSACTION: readonly (string | undefined)[] = ['25001', '2D000'];

export const kyselyRunner: CodeRunner = {
  warmUp: (...dirs) => preloadProjectPackage('kysely', dirs),
  openSession,
};

/**
 * Runs migrations with the project's Kysely. Its migrator runs all of them in one transaction, unless the project sets
 * `disableTransactions`, which only the project's code knows. So each migration runs in a transaction, and again without
 * one if PostgreSQL refuses a statement because of it.
 */
async function openSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  const library = await importProjectPackage<KyselyPackage>('kysely', 'Kysely', setup);
  const modules = await loadMigrations(setup, observer);
  return codeSession(setup, observer, {
    open: (driver: Driver) =>
      new library.Kysely({ dialect: new library.PostgresDialect({ pool: new driver.Pool() }) }),
    run: async (db, direction, migration) => {
      const step = exportsOf(modules.get(migration.name), direction);
      if (typeof step !== 'function')
        throw withoutFunction(migration, direction, `export async function ${direction}(db) { … }`);
      try {
        await db.transaction().execute((transaction) => Promise.resolve((step as Step)(transaction)));
      } catch (error) {
        if (!REFUSES_TRANSACTION.includes(databaseErrorIn(error)?.code)) throw error;
        await (step as Step)(db);
      }
    },
    close: (db) => db.destroy(),
  });
}
