import type { Schema } from '../schema/model.js';
import { sharingObjects } from '../introspect/incremental/shared-objects.js';
import type { Built } from './built.js';
import { downUntilFailure, tryRemainingDowns } from './down.js';
import type { BuildEnvironment, BuildPlan, Range } from './environment.js';
import { inParts } from './parts.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import { withReplaySession, type Checkpoint, type ReplaySession } from './session.js';
import { snapshotEach } from './snapshots.js';

export type { Built } from './built.js';

/**
 * Applies a target's migrations to a scratch database and reads the schema. If the down migrations are tested, it
 * also reads the schema after each migration.
 * @throws {DriftmarkError} `migration-failed`, and every error of the scratch server.
 */
export async function build(plan: BuildPlan, its: BuildEnvironment): Promise<Built> {
  const environment = { ...its, share: sharingObjects() };
  const { migrations } = plan.folder;
  if (!plan.down || migrations.every(({ hasDown }) => hasDown === false))
    return { schema: await buildOnce(plan, environment), snapshots: [], failedDowns: [] };
  const parts = await inParts(plan, environment, (...part) => buildRange(plan, ...part));
  return parts ?? buildRange(plan, environment, { from: 0, to: migrations.length });
}

/**
 * Tries the migrations of a range down.
 * @param start in which all earlier migrations have run. Absent for the first range.
 */
async function buildRange(
  plan: BuildPlan,
  environment: BuildEnvironment,
  range: Range,
  start?: Checkpoint,
): Promise<Built> {
  const build = async (session: ReplaySession) => {
    const states = await snapshotEach(session, plan, environment, range);
    return {
      snapshots: states,
      stopped: await downUntilFailure(session, plan, environment, range, states),
    };
  };
  const { snapshots, stopped } = await withReplaySession(plan, environment, build, start);
  const [schema] = snapshots.slice(-1);
  if (!schema) throw new TypeError('A history has at least one state.');
  const first = stopped?.failed ? [stopped.failed] : [];
  // The backstage format lists only the newest failing down migration.
  const others =
    stopped && plan.format !== 'backstage'
      ? await tryRemainingDowns(plan, environment, { from: range.from, to: stopped.below }, snapshots, start)
      : [];
  return { schema, snapshots, failedDowns: [...first, ...others] };
}

/** The schema before the first migration and after each one, from a scratch database of its own. */
export function buildSnapshots(plan: BuildPlan, environment: BuildEnvironment): Promise<readonly Schema[]> {
  const all = { from: 0, to: plan.folder.migrations.length };
  return withReplaySession(plan, environment, (session) => snapshotEach(session, plan, environment, all));
}

/** The schema after all migrations, from a scratch database of its own. */
export function buildOnce(plan: BuildPlan, environment: BuildEnvironment): Promise<Schema> {
  return withReplaySession(plan, environment, async (session) => {
    await timed(environment.onPhase, 'migrations', () =>
      session.runner.upAll(telling(plan, environment, 'up')),
    );
    return session.read();
  });
}
