import type { Knex } from 'knex';
import type { Direction } from '../../runner/protocol.js';
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
export interface Migrator {
  /** The settings of `migrations` in the configuration of knex that the migrator needs. */
  readonly settings: MigratorSettings;
  /** Runs a migration with an instance of knex that has these settings. Throws what knex throws. */
  run(db: Knex, direction: Direction, name: string): Promise<void>;
  /** Ends what still waits for the next migration, so that `db` can be destroyed. */
  stop(): Promise<void>;
}

/** A migration that was run. */
interface Step {
  readonly direction: Direction;
  readonly name: string;
  readonly inBatch: boolean;
}

/** Ends a batch before its next migration. */
class Stopped extends Error {}

/** A migration that waits until it is asked for. */
interface Waiting {
  readonly name: string;
  readonly begin: () => void;
  /** Ends the batch. */
  readonly stop: () => void;
}

/** A run of `migrate:latest` or `migrate:rollback --all` that waits before each migration. */
interface Batch {
  readonly direction: Direction;
  /** Ends with the last migration, or with the first failure. */
  readonly ended: Promise<void>;
  /** The migration that runs or ran last. */
  running: string;
  /** Whether the first migration has begun. */
  hasBegun: boolean;
  /** Tells that the running migration is done. */
  done: () => void;
  waiting?: Waiting;
}

/**
 * knex sends ten queries to begin and to end a run, and needs longer for them than for most migrations. So consecutive
 * migrations are one run of `migrate:latest`, or of `migrate:rollback --all`, in which each migration waits until it is
 * asked for. Each has a transaction of its own, as with `migrate:up`, because its result is read before the next begins.
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
  const names = [...modules.keys()];
  let batch: Batch | undefined;
  let last: Step | undefined;

  /** Waits until a migration is asked for. Nothing of the project's runs before that. */
  const turn = async (name: string): Promise<void> => {
    const current = batch;
    if (current?.running === name) current.hasBegun = true;
    if (current === undefined || current.running === name) return;
    if (!current.hasBegun) throw new Stopped('another migration comes first');
    await new Promise<void>((resolve, reject) => {
      current.waiting = {
        name,
        begin: resolve,
        stop: () => {
          reject(new Stopped('stopped before its turn'));
        },
      };
      current.done();
    });
  };

  /** Runs the first migration of a batch. Returns false if knex would begin with another one. */
  const start = async (db: Knex, direction: Direction, name: string): Promise<boolean> => {
    try {
      await new Promise<void>((resolve, reject) => {
        const all = direction === 'up' ? db.migrate.latest() : db.migrate.rollback(undefined, true);
        const ended = Promise.resolve(all).then(() => undefined);
        const started: Batch = { direction, ended, running: name, hasBegun: false, done: resolve };
        batch = started;
        ended.then(() => {
          if (started.hasBegun) started.done();
          else reject(new Stopped('knex found nothing to run'));
        }, reject);
      });
      return true;
    } catch (thrown) {
      batch = undefined;
      if (thrown instanceof Stopped) return false;
      throw thrown;
    }
  };

  const goOn = (current: Batch, { name, begin }: Waiting): Promise<void> =>
    new Promise((resolve, reject) => {
      current.running = name;
      current.done = resolve;
      delete current.waiting;
      current.ended.then(resolve, reject);
      begin();
    });

  const stop = async (): Promise<void> => {
    const stopping = batch;
    batch = undefined;
    stopping?.waiting?.stop();
    await stopping?.ended.catch(() => undefined);
  };

  /** Whether the migrations after this one will probably be asked for in the same direction. */
  const beginsPass = (before: Step | undefined, direction: Direction, name: string): boolean => {
    if (!before) return direction === 'up' && name === names[0];
    if (before.direction !== direction) return before.inBatch && before.name === name;
    return names[names.indexOf(before.name) + (direction === 'up' ? 1 : -1)] === name;
  };

  const run = async (db: Knex, direction: Direction, name: string): Promise<void> => {
    const before = last;
    last = undefined;
    if (batch?.direction === direction && batch.waiting?.name === name) {
      await goOn(batch, batch.waiting);
      last = { direction, name, inBatch: true };
      return;
    }
    await stop();
    const inBatch = beginsPass(before, direction, name) && (await start(db, direction, name));
    if (!inBatch) await db.migrate[direction]({ name });
    last = { direction, name, inBatch };
  };

  const step =
    (direction: Direction, name: string, module: Knex.Migration) =>
    async (db: Knex): Promise<void> => {
      await turn(name);
      const result: unknown = module[direction]?.(db);
      if (typeof (result as PromiseLike<unknown> | undefined)?.then !== 'function') warnOfNoPromise(name);
      await result;
      if (direction === 'up' && !afterEach) await assertUsable(db);
    };

  const waiting = new Map(
    [...modules].map(([name, module]): [string, Module] => {
      const own = module.config?.transaction;
      // Said of each migration, because knex would otherwise use one transaction for all of a batch.
      const transaction = typeof own === 'boolean' ? own : !disableTransactions;
      return [
        name,
        { config: { transaction }, up: step('up', name, module), down: step('down', name, module) },
      ];
    }),
  );
  return {
    settings: {
      ...(tableName !== undefined && { tableName }),
      ...(schemaName !== undefined && { schemaName }),
      migrationSource: sourceOf(waiting),
      disableTransactions: true,
      ...(beforeAll && { beforeAll }),
      ...(afterAll && { afterAll }),
      ...(beforeEach && {
        beforeEach: async (db, migrations) => {
          await turn(String(migrations[0]));
          await beforeEach(db, migrations);
        },
      }),
      ...(afterEach && {
        afterEach: async (db, migrations) => {
          await afterEach(db, migrations);
          await assertUsable(db);
        },
      }),
    },
    run,
    stop,
  };
}

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
