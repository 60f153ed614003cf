import type { FailedDown } from '../outcome.js';
import type { Schema } from '../schema/model.js';
import { downUntilFailure, tryRemainingDowns } from './down.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import { withReplaySession } from './session.js';
import { snapshotEach } from './snapshots.js';

/** The result of applying a target's migrations. */
export interface Built {
  /** The schema after all migrations. */
  readonly schema: Schema;
  /** The schema before the first migration, and after each one. Empty unless it was needed. */
  readonly snapshots: readonly Schema[];
  /** Newest first. */
  readonly failedDowns: readonly FailedDown[];
}

/**
 * Applies a target's migrations to a scratch database and reads the schema. If the down migrations are tested, it
 * also reads the schema after each migration.
 * @throws {DriftmarkError} `migration-failed`, and every error of the scratch server.
 */
export async function build(plan: BuildPlan, environment: BuildEnvironment): Promise<Built> {
  const { migrations } = plan.folder;
  const goesDown = plan.down && migrations.some(({ hasDown }) => hasDown !== false);
  const { schema, snapshots, stopped } = await withReplaySession(plan, environment, async (session) => {
    if (!goesDown) {
      await timed(environment.onPhase, 'migrations', () =>
        session.runner.upAll(telling(plan, environment, 'up')),
      );
      return { schema: await session.read(), snapshots: [], stopped: undefined };
    }
    const states = await snapshotEach(session, plan, environment);
    return {
      schema: states.at(-1) ?? (await session.read()),
      snapshots: states,
      stopped: await downUntilFailure(session, plan, environment, states),
    };
  });
  const first = stopped?.failed ? [stopped.failed] : [];
  // The backstage format lists only the newest failing down migration.
  const others =
    stopped && plan.format !== 'backstage' ? await tryRemainingDowns(plan, environment, stopped.below) : [];
  return { schema, snapshots, failedDowns: [...first, ...others] };
}

/** The schema before the first migration and after each one, from a scratch database of its own. */
export function buildSnapshots(plan: BuildPlan, environment: BuildEnvironment): Promise<readonly Schema[]> {
  return withReplaySession(plan, environment, (session) => snapshotEach(session, plan, environment));
}

/** The schema that the migrations make when they run once more, in a scratch database of their own. */
export function buildAgain(plan: BuildPlan, environment: BuildEnvironment): Promise<Schema> {
  return withReplaySession(plan, environment, async (session) => {
    await timed(environment.onPhase, 'migrations', () =>
      session.runner.upAll(telling(plan, environment, 'up')),
    );
    return session.read();
  });
}
