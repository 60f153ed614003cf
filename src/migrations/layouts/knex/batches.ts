import type { Knex } from 'knex';
import type { Direction } from '../../runner/protocol.js';

/** Runs single migrations, consecutive ones in one run of knex's migrator. */
export interface Batches {
  /** Waits until a migration is asked for. To be called before anything of the project runs for the migration. */
  readonly turn: (name: string) => Promise<void>;
  /** Runs a migration. Throws what knex throws. */
  readonly run: (db: Knex, direction: Direction, name: string) => Promise<void>;
  /** Ends what still waits for the next migration, so that the instance of knex can be destroyed. */
  readonly stop: () => Promise<void>;
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
 * migrations are one run of `migrate:latest`, or of `migrate:rollback --all`, in which each migration waits for its turn.
 * @param names of all migrations, in their order.
 */
export function createBatches(names: readonly string[]): Batches {
  let batch: Batch | undefined;
  let last: Step | undefined;

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
      // Its end settles `done`.
      current.ended.catch(reject);
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

  return { turn, run, stop };
}
