import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import type { ReplaySession } from './session.js';

/**
 * The schema before each of the first `count` migrations and after the last one.
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
    snapshots.push(await read());
    await timed(environment.onPhase, 'migrations', () => runner.up(migration));
    progress(index + 1);
  }
  return [...snapshots, await read()];
}
