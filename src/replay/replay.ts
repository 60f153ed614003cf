import type { FailedDown } from '../outcome.js';
import type { Schema } from '../schema/model.js';
import { continueDown, downUntilFailure } from './down.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { quietly, telling } from './progress.js';
import { onWorkbench, type Workbench } from './session.js';

/** What came of a target's migrations. */
export interface Built {
  /** The schema that all migrations make. */
  readonly schema: Schema;
  /** The schema before the first migration, and after each one; empty where nobody asked for them. */
  readonly snapshots: readonly Schema[];
  /** Newest first. */
  readonly failedDowns: readonly FailedDown[];
}

/**
 * Applies a target's migrations to a scratch database and reads what they made, after each one where the
 * migrations are to be tried down, too.
 * @throws {DriftmarkError} `migration-failed` and whatever keeps the scratch database from working.
 */
export async function build(plan: BuildPlan, environment: BuildEnvironment): Promise<Built> {
  const { migrations } = plan.folder;
  const goesDown = plan.down && migrations.some(({ hasDown }) => hasDown !== false);
  const first = await onWorkbench(plan, environment, async (bench) => {
    if (!goesDown) {
      await timed(environment.onPhase, 'migrations', () =>
        bench.runner.upAll(telling(plan, environment, 'up')),
      );
      return { schema: await bench.read(), snapshots: [], failed: undefined };
    }
    const snapshots = await snapshotEach(bench, plan, environment);
    const schema = snapshots.at(-1) ?? (await bench.read());
    return {
      schema,
      snapshots,
      failed: await downUntilFailure(bench, plan, environment, snapshots, migrations.length),
    };
  });
  const failedDowns = first.failed
    ? await continueDown(plan, environment, first.snapshots, first.failed)
    : [];
  return { schema: first.schema, snapshots: first.snapshots, failedDowns };
}

/** The schema before the first migration and after each one, from a scratch database of its own. */
export function buildSnapshots(plan: BuildPlan, environment: BuildEnvironment): Promise<readonly Schema[]> {
  return onWorkbench(plan, environment, (bench) => snapshotEach(bench, plan, environment));
}

/**
 * The schema before each migration and after the last one. It is read while the migration's tool gets ready for the
 * migration, which has to wait for that; what the tool does to its own bookkeeping is no part of the schema.
 */
async function snapshotEach(
  { runner, read }: Workbench,
  plan: BuildPlan,
  environment: BuildEnvironment,
): Promise<Schema[]> {
  const tell = telling(plan, environment, 'up');
  const snapshots: Schema[] = [];
  for (const [index, migration] of plan.folder.migrations.entries()) {
    const reading = read();
    const step = quietly(runner.up(migration, reading));
    snapshots.push(await reading);
    await timed(environment.onPhase, 'migrations', () => step);
    tell(index + 1);
  }
  return [...snapshots, await read()];
}
