import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { quietly, telling } from './progress.js';
import type { ReplaySession } from './session.js';

/**
 * The schema before each of the first `count` migrations and after the last one. It is read while the migration's tool
 * gets ready for the migration; what the tool does to its own history table is no part of the schema.
 */
export async function snapshotEach(
  { runner, read }: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  count = plan.folder.migrations.length,
): Promise<readonly Schema[]> {
  const progress = telling(plan, environment, 'up');
  const snapshots: Schema[] = [];
  for (const [index, migration] of plan.folder.migrations.slice(0, count).entries()) {
    const reading = read();
    const step = quietly(runner.up(migration, reading));
    snapshots.push(await reading);
    await timed(environment.onPhase, 'migrations', () => step);
    progress(index + 1);
  }
  return [...snapshots, await read()];
}
