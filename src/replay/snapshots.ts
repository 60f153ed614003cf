import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan, Range } from './environment.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import type { ReplaySession } from './session.js';

/**
 * Runs the migrations of a range in a database in which all earlier ones have run, and reads the schema before each of
 * them and after the last one.
 */
export async function snapshotEach(
  { runner, read }: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  { from, to }: Range,
): Promise<readonly Schema[]> {
  const progress = telling(plan, environment, 'up');
  const snapshots: Schema[] = [];
  for (const [index, migration] of plan.folder.migrations.slice(from, to).entries()) {
    snapshots.push(await read());
    await timed(environment.onPhase, 'migrations', () => runner.up(migration));
    progress(from + index + 1);
  }
  return [...snapshots, await read()];
}
