import { DriftmarkError } from '../../errors.js';
import { commandSteps } from '../command/command-runner.js';
import { headline } from '../errors/failure.js';
import type { Migration } from '../layouts/layout.js';
import { runsCode } from '../layouts/code/runners.js';
import { codeSteps } from './code-runner.js';
import { sqlSteps } from './sql-runner.js';
import type { RunnerOptions, Steps } from './steps.js';

/** Runs migrations, one at a time, against one database. */
export interface MigrationRunner {
  /**
   * Runs one migration.
   *
   * @throws DriftmarkError `migration-failed`, `migrations-invalid` (the layout's tool would refuse the
   * folder), `interrupted`. After a failure the runner can still be used. The state of the database depends on the
   * migration, which may have run without a transaction.
   */
  up(migration: Migration): Promise<void>;
  /**
   * Runs all migrations, or the given ones, in order. `onStep` receives the number of applied migrations.
   *
   * @throws as `up`; those before the failing one have run.
   */
  upAll(onStep?: (done: number) => void, migrations?: readonly Migration[]): Promise<void>;
  /** The same, for a database that is kept and copied: afterwards, the tool lets go of it. */
  upAndRelease(migrations: readonly Migration[]): Promise<void>;
  /** @throws as `up`, also for a migration without a down migration. */
  down(migration: Migration): Promise<void>;
  /** Whether the server's counters of written rows contain everything that the migrations wrote so far. */
  readonly areWritesCounted: () => boolean;
}

/**
 * Runs the migrations of a folder: SQL on a connection of this process, code in a child process, which is always
 * ended,
 * along with everything that the migrations started in it.
 *
 * @throws what `use` throws; `migration-failed` also for a failure that came after the step which caused
 * it had been answered.
 */
export async function withMigrationRunner<T>(
  options: RunnerOptions,
  use: (runner: MigrationRunner) => Promise<T>,
): Promise<T> {
  const { migrations } = options.folder;
  const steps = stepsOf(options);
  try {
    steps.warmUp();
    const result = await use({
      up: (migration) => steps.run({ type: 'up', migrations: [migration] }),
      upAll: (onStep, chosen = migrations) =>
        steps.run({ type: 'up', migrations: chosen }, (migration) => {
          onStep?.(chosen.findIndex(({ name }) => name === migration.name) + 1);
        }),
      upAndRelease: (chosen) => steps.run({ type: 'up', migrations: chosen, isLast: true }),
      down: async (migration) => {
        if (migration.hasDown === false) throw withoutDown(migration);
        await steps.run({ type: 'down', migrations: [migration] });
      },
      areWritesCounted: () => steps.areWritesCounted?.() ?? false,
    });
    const late = steps.lateFailure();
    if (late) throw late;
    return result;
  } finally {
    await steps.end();
  }
}

function stepsOf(options: RunnerOptions): Steps {
  const { command, layout, migrations } = options.folder;
  if (command) return commandSteps(command, options);
  const isSql = !runsCode(layout) || migrations.every(({ up }) => up !== undefined);
  return isSql ? sqlSteps(options) : codeSteps(options);
}

function withoutDown(migration: Migration): DriftmarkError {
  const message = `${headline({ phase: 'down', migration })}: it has no down migration`;
  return new DriftmarkError('migration-failed', message, {
    place: { file: migration.file },
    remedy: 'Add a down migration in the format of its tool.',
  });
}
