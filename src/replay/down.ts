import type { DriftmarkError } from '../errors.js';
import type { Migration } from '../migrations/migrations.js';
import type { FailedDown } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import { checkpointAt, withReplaySession, type Checkpoint, type ReplaySession } from './session.js';
import { snapshotEach } from './snapshots.js';
import { failureOf, tryDown, type TriedDown } from './try-down.js';

/** Where going down came to an end: no migration below `below` was tried. */
export interface DownsStopped {
  readonly below: number;
  /** Absent if the migration has no down. */
  readonly failed?: FailedDown;
}

/**
 * Migrates down from the first `count` migrations, newest first, as far as each down restores the schema that its up
 * found.
 * @param states the schema before each migration and after the last one, all read in this very database: a value that
 * is computed when a migration runs, such as a default of 'now', is another one in every database.
 * @returns where it stopped; undefined if every down was fine.
 */
export async function downUntilFailure(
  session: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  states: readonly Schema[],
): Promise<DownsStopped | undefined> {
  const { migrations } = plan.folder;
  const progress = telling(plan, environment, 'down');
  const renewed: Change[] = [];
  for (let below = states.length - 2; below >= 0; below--) {
    const [migration, before] = [migrations[below], states[below]];
    if (!migration || !before) break;
    if (migration.hasDown === false) return { below };
    const { failed } = await tryDown(session, environment, { migration, before, renewed });
    progress(migrations.length - below);
    if (failed) return { below, failed };
  }
  return undefined;
}

/**
 * Tries the downs of the first `count` migrations after a down above them failed, and spoilt its database.
 * @returns the failed ones, newest first.
 */
export async function tryRemainingDowns(
  plan: BuildPlan,
  environment: BuildEnvironment,
  count: number,
): Promise<readonly FailedDown[]> {
  const { migrations } = plan.folder;
  const top = migrations.slice(0, count).findLastIndex(({ hasDown }) => hasDown !== false) + 1;
  if (top === 0) return [];
  if (migrations.slice(0, top).some(({ hasDown }) => hasDown === false))
    return tryEachDown(plan, environment, top);
  const stopped = await withReplaySession(plan, environment, async (session) =>
    downUntilFailure(session, plan, environment, await snapshotEach(session, plan, environment, top)),
  );
  if (!stopped) return [];
  const older = stopped.below === 0 ? [] : await tryEachDown(plan, environment, stopped.below);
  return [...(stopped.failed ? [stopped.failed] : []), ...older];
}

/** Replaying as many migrations takes about as long as copying a database. */
const COPY_PAYS = 20;

/**
 * Tries the down of each of the first `count` migrations right after its up, oldest first, and then migrates up again. So
 * neither a failed down nor a missing one costs a replay of the history. If a failed down has spoilt the database, the next one
 * begins as a copy of a database in which nothing was migrated down, and which follows one failure behind.
 */
async function tryEachDown(
  plan: BuildPlan,
  environment: BuildEnvironment,
  count: number,
): Promise<readonly FailedDown[]> {
  const failed: FailedDown[] = [];
  let checkpoint: Checkpoint | undefined;
  try {
    for (let next = 0; next < count;) {
      if (next - (checkpoint?.applied ?? 0) >= COPY_PAYS)
        checkpoint = await checkpointAt(next, plan, environment, checkpoint);
      const applied = checkpoint?.applied ?? 0;
      next = await withReplaySession(
        plan,
        environment,
        async (session) => {
          const missing = plan.folder.migrations.slice(applied, next);
          await timed(environment.onPhase, 'migrations', () => session.runner.upAll(undefined, missing));
          return upAndDown(session, plan, environment, { next, count, failed });
        },
        checkpoint,
      );
    }
  } finally {
    await checkpoint?.database.drop().catch(() => undefined);
  }
  return failed.reverse();
}

interface Range {
  readonly next: number;
  readonly count: number;
  /** Takes the failed downs. */
  readonly failed: FailedDown[];
}

/** Tries downs, oldest first, until the database is of no more use. Returns which migration the next database begins with. */
async function upAndDown(
  session: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  { next, count, failed }: Range,
): Promise<number> {
  const { migrations } = plan.folder;
  const progress = telling(plan, environment, 'down');
  const up = (migration: Migration) =>
    failureOf(timed(environment.onPhase, 'migrations', () => session.runner.up(migration)));
  let before = await session.read();
  // A migration that ran down and up again may have lost rows, and a later failure may be due to that. So such a failure
  // is tried again in a database without that past.
  let isFresh = true;
  for (const [offset, migration] of migrations.slice(next, count).entries()) {
    const at = next + offset;
    const error = await up(migration);
    if (error && isFresh) throw error;
    if (error) return at;
    const after = await session.read();
    if (migration.hasDown !== false) {
      const hasRows = await session.hasRows();
      const tried = await tryDown(session, environment, { migration, before, renewed: [] });
      if (tried.failed && !isFresh) return at;
      if (tried.failed) failed.push(tried.failed);
      progress(migrations.length - count + at + 1);
      if (!(await isBack(session, up, migration, { tried, after }))) return at + 1;
      if (hasRows) isFresh = false;
      // A migration may compute a value when it runs, and it ran up again.
      before = tried.failed ? after : await session.read();
      continue;
    }
    before = after;
  }
  return count;
}

/** Brings back what a down undid. False if that cannot be, and the database is of no more use. */
async function isBack(
  { read }: ReplaySession,
  up: (migration: Migration) => Promise<DriftmarkError | undefined>,
  migration: Migration,
  { tried, after }: { readonly tried: TriedDown; readonly after: Schema },
): Promise<boolean> {
  if (!tried.failed) return (await up(migration)) === undefined;
  const isAsBefore = (schema: Schema) => compare({ from: after, to: schema }).length === 0;
  if (isAsBefore(tried.after ?? (await read()))) return true;
  return (await up(migration)) === undefined && isAsBefore(await read());
}
