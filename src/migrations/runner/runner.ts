import path from 'node:path';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { DriftmarkError, interrupted } from '../../errors.js';
import { errorOf, sink, startChild, type Child, type SpareProcess } from './child-process.js';
import { headline } from '../errors/failure.js';
import type { Migration, MigrationsFolder } from '../layouts/layout.js';
import type { Request, Steps } from './protocol.js';

/** Where migrations run, and who is told. */
export interface RunnerOptions {
  readonly folder: MigrationsFolder;
  /** A scratch database; it may still be in the making, which the start of the process does not wait for. */
  readonly connection: ConnectionSettings | Promise<ConnectionSettings>;
  /** Their current folder, and where their own knex is looked for. */
  readonly projectDir: string;
  /** Takes all that they print, on stdout and on stderr. */
  readonly stderr: NodeJS.WritableStream | ((chunk: Buffer) => void);
  /** Ends the child at once; the step at hand, and all that follow, reject with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Takes each statement when it is done. Statements of steps that nobody waits for may be missed. */
  readonly onSql?: (sql: string, milliseconds: number) => void;
  /** The longest that one step may take, in milliseconds. Without it a step may take for ever. */
  readonly timeout?: number;
  /** A process that has started already. */
  readonly spare?: SpareProcess;
}

/** Runs migrations, one at a time, against one database. */
export interface MigrationRunner {
  /**
   * Runs one as soon as `when` has resolved; what its tool does before it may be done at once.
   *
   * @throws DriftmarkError `migration-failed`, `migrations-invalid` (the layout's tool would refuse the
   * folder), `interrupted`. After a failure the runner can be used further; whether the database can
   * depends on the migration, which need not have run in a transaction.
   */
  up(migration: Migration, when?: Promise<unknown>): Promise<void>;
  /**
   * All of them, or those given, in order, without a round trip for each. `onStep` is told how many are done.
   *
   * @throws as `up`; those before the failing one have run.
   */
  upAll(onStep?: (done: number) => void, migrations?: readonly Migration[]): Promise<void>;
  /** @throws as `up`, also for a migration that has no way down. */
  down(migration: Migration, when?: Promise<unknown>): Promise<void>;
}

/**
 * Starts a child process that runs the migrations of a folder, and always ends it, with all that the
 * migrations may have left running in it.
 *
 * @throws what `use` throws; `migration-failed` also for a failure that came after the step which caused
 * it had been answered.
 */
export async function withMigrationRunner<T>(
  options: RunnerOptions,
  use: (runner: MigrationRunner) => Promise<T>,
): Promise<T> {
  const steps = sequence(options);
  try {
    steps.warmUp();
    const result = await use(runnerOf(options, steps));
    const late = steps.lateFailure();
    if (late) throw late;
    return result;
  } finally {
    await steps.end();
  }
}

function runnerOf({ folder }: RunnerOptions, steps: Sequence): MigrationRunner {
  return {
    up: (migration, when) => steps.run({ type: 'up', migrations: [migration], when }),
    upAll: (onStep, migrations = folder.migrations) =>
      steps.run({ type: 'up', migrations }, (migration) => {
        onStep?.(migrations.findIndex(({ name }) => name === migration.name) + 1);
      }),
    down: async (migration, when) => {
      if (migration.hasDown === false) throw withoutDown(migration);
      await steps.run({ type: 'down', migrations: [migration], when });
    },
  };
}

function withoutDown(migration: Migration): DriftmarkError {
  const message = `${headline({ phase: 'down', migration })}: it has no way down`;
  return new DriftmarkError('migration-failed', message, {
    place: { file: migration.file },
    remedy: `Write \`${path.basename(migration.file).replace(/(\.up)?\.sql$/, '')}.down.sql\` beside it.`,
  });
}

interface Sequence {
  /** Starts the process, which is not waited for. */
  warmUp(): void;
  run(work: Work, onStep?: (migration: Migration) => void): Promise<void>;
  lateFailure(): DriftmarkError | undefined;
  end(): Promise<void>;
}

interface Work extends Pick<Steps, 'type' | 'migrations'> {
  /** What has to come first. */
  readonly when?: Promise<unknown> | undefined;
}

/** A child process that is started ahead of its first step, and anew after it broke. */
function sequence(options: RunnerOptions): Sequence {
  const { folder, connection, projectDir, signal } = options;
  let child: Child | undefined;
  let opened: Promise<Child> | undefined;
  let onStep: ((migration: Migration) => void) | undefined;

  const end = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    await ending?.end();
  };
  const ask = async (asked: Child, request: Request): Promise<void> => {
    const answer = await asked.request(request);
    if (answer.type === 'done') return;
    if (answer.type === 'gone' || !answer.usable || request.type === 'open') await end();
    throw signal?.aborted ? interrupted() : errorOf(answer);
  };
  const start = (): Child =>
    startChild({
      output: sink(options.stderr),
      onMessage: (message) => {
        if (message.type === 'step-done') onStep?.(message.migration);
        else if (message.type === 'sql') options.onSql?.(message.sql, message.milliseconds);
      },
      ...(options.timeout !== undefined && { timeout: options.timeout }),
      ...(options.spare && { spare: options.spare }),
    });
  const open = async (): Promise<Child> => {
    const started = (child = start());
    const { layout, dir } = folder;
    started.say({ type: 'warm-up', layout, dir, projectDir });
    const database = await connection;
    if (signal?.aborted) throw interrupted();
    const setup = { folder, connection: database, projectDir, reportSql: options.onSql !== undefined };
    await ask(started, { type: 'open', setup });
    return started;
  };
  const abort = (): void => void end();
  signal?.addEventListener('abort', abort, { once: true });

  return {
    warmUp: () => {
      opened = open();
      opened.catch(() => undefined); // told by the first step
    },
    run: async ({ when, ...work }, listener) => {
      if (signal?.aborted) throw interrupted();
      onStep = listener;
      opened ??= open();
      const ready = await opened;
      when?.then(
        () => {
          ready.say({ type: 'go' });
        },
        () => undefined, // told to whoever waits for it
      );
      try {
        await ask(ready, { ...work, waits: when !== undefined });
      } finally {
        if (child === undefined) opened = undefined;
      }
    },
    lateFailure: () => {
      const late = child?.lateFailure();
      return late && errorOf(late);
    },
    end: async () => {
      signal?.removeEventListener('abort', abort);
      await end();
    },
  };
}
