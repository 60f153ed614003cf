import type { Knex } from 'knex';
import type { Direction } from '../../runner/protocol.js';
import { createBatches, type Batches } from './batches.js';
import type { AnySource } from './library.js';

/** The settings of `migrations` in a knexfile. */
export type MigratorSettings = Knex.MigratorConfigWithLifecycleHooks;

/** A migration, with the setting that the types of knex do not have. */
export interface Module extends Knex.Migration {
  readonly config?: { readonly transaction?: unknown };
}

/** The migrations of a folder in their order, by name. */
export type Modules = ReadonlyMap<string, Module>;

/** Runs single migrations with knex's own migrator. */
export interface Migrator extends Pick<Batches, 'run' | 'stop'> {
  /** The settings of `migrations` with which the instance of knex has to be created. */
  readonly settings: MigratorSettings;
}

/**
 * Creates a migrator. Each migration has a transaction of its own, as with `migrate:up`, because its result is read before
 * the next one begins.
 *
 * @param modules as the files export them.
 * @param settings those of the knexfile.
 * @example
 * const migrator = createMigrator(modules, {});
 * const db = knex({ client: 'pg', connection, migrations: migrator.settings });
 * await migrator.run(db, 'up', '001_users.js');
 */
export function createMigrator(modules: Modules, settings: MigratorSettings): Migrator {
  const { tableName, schemaName, disableTransactions = false } = settings;
  const { beforeAll, beforeEach, afterEach, afterAll } = settings;
  const { turn, run, stop } = createBatches([...modules.keys()]);

  const step = async (db: Knex, direction: Direction, name: string, module: Module): Promise<void> => {
    await turn(name);
    const result: unknown = module[direction]?.(db);
    if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') warnOfNoPromise(name);
    await result;
    if (direction === 'up') await assertUsable(db);
  };
  const waiting = new Map(
    [...modules].map(([name, module]): [string, Module] => [
      name,
      {
        // knex would otherwise use one transaction for all of them.
        config: { transaction: hasTransaction(module, !disableTransactions) },
        up: (db) => step(db, 'up', name, module),
        down: (db) => step(db, 'down', name, module),
      },
    ]),
  );
  return {
    settings: {
      ...(tableName !== undefined && { tableName }),
      ...(schemaName !== undefined && { schemaName }),
      migrationSource: sourceOf(waiting),
      disableTransactions: true,
      ...(beforeAll && { beforeAll }),
      ...(beforeEach && {
        beforeEach: async (db, migrations) => {
          await turn(String(migrations[0]));
          await beforeEach(db, migrations);
        },
      }),
      ...(afterEach && { afterEach }),
      ...(afterAll && { afterAll }),
    },
    run,
    stop,
  };
}

/** Whether a migration runs in a transaction: its own setting comes first. */
const hasTransaction = ({ config }: Module, usual: boolean): boolean =>
  typeof config?.transaction === 'boolean' ? config.transaction : usual;

/**
 * If a migration catches the error of a statement, its transaction is aborted, and COMMIT rolls it back without an
 * error. `migrate:latest` of knex fails then, because it notes the migration in the same transaction.
 */
async function assertUsable(db: Knex): Promise<void> {
  if (db.isTransaction) await db.raw(PROBE);
}

/** The statement that finds an aborted transaction. */
export const PROBE = 'SELECT 1 AS transaction_is_usable';

function sourceOf(modules: Modules): AnySource {
  return {
    getMigrations: () => Promise.resolve([...modules.keys()]),
    getMigrationName: (name) => name as string,
    getMigration: (name) => {
      const found = modules.get(name as string);
      return found ? Promise.resolve(found) : Promise.reject(new Error(`no migration ${name as string}`));
    },
  };
}

/** knex sees only promises, because each migration waits for its turn. */
function warnOfNoPromise(name: string): void {
  console.warn(
    `${name} does not return a promise, so knex does not wait for its queries: return the promise, or use an async function.`,
  );
}
