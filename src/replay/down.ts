import type { DriftmarkError } from '../errors.js';
import type { Migration } from '../migrations/migrations.js';
import type { FailedDown } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan, Range } from './environment.js';
import { timed } from './phases.js';
import { telling } from './progress.js';
import { checkpointAt, withReplaySession, type Checkpoint, type ReplaySession } from './session.js';
import { failureOf, tryDown, type TriedDown } from './try-down.js';

/** Where going down came to an end: no migration of the range below `below` was tried. */
export interface DownsStopped {
  readonly below: number;
  /** Absent if the migration has no down. */
  readonly failed?: FailedDown;
}

/**
 * Runs the down migrations of a range, newest first, until one does not restore the schema before its up migration.
 * @param states The schema before each migration of the range and after the last one.
 * @returns the migration at which it stopped; undefined if every down restored the schema.
 */
export async function downUntilFailure(
  session: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  { from, to }: Range,
  states: readonly Schema[],
): Promise<DownsStopped | undefined> {
  const { migrations } = plan.folder;
  const progress = telling(plan, environment, 'down');
  const renewed: Change[] = [];
  for (let below = to - 1; below >= from; below--) {
    const [migration, before] = [migrations[below], states[below - from]];
    if (!migration || !before) break;
    if (migration.hasDown === false) return { below };
    const { failed } = await tryDown(session, environment, { migration, before, renewed });
    progress(migrations.length - below);
    if (failed) return { below, failed };
  }
  return undefined;
}

/**
 * Tries the downs of a range after a down above it failed, and spoilt its database.
 * @param states the schema before each migration of the range, and after the last one, in that database.
 * @param start in which all migrations before the range have run. Absent: they run again.
 * @returns the failed ones, newest first.
 */
export async function tryRemainingDowns(
  plan: BuildPlan,
  environment: BuildEnvironment,
  { from, to }: Range,
  states: readonly Schema[],
  start?: Checkpoint,
): Promise<readonly FailedDown[]> {
  const { migrations } = plan.folder;
  const top = migrations.slice(0, to).findLastIndex(({ hasDown }) => hasDown !== false) + 1;
  if (top <= from) return [];
  const hasGaps = migrations.slice(from, top).some(({ hasDown }) => hasDown === false);
  const untried = hasGaps ? top : await downAgain(plan, environment, { from, to: top }, states, start);
  return untried > from ? tryEachDown(plan, environment, { from, to: untried }, start) : [];
}

/**
 * Migrates up to the end of a range in another database, and down as far as each down is fine.
 * @returns the end of the migrations that have to be tried one by one: the one whose down seems to fail is among them,
 * because a value that is computed when a migration runs, such as a default of 'now', differs between two databases.
 */
async function downAgain(
  plan: BuildPlan,
  environment: BuildEnvironment,
  range: Range,
  states: readonly Schema[],
  start?: Checkpoint,
): Promise<number> {
  const again = async (session: ReplaySession): Promise<number> => {
    const missing = plan.folder.migrations.slice(start?.applied ?? 0, range.to);
    await timed(environment.onPhase, 'migrations', () => session.runner.upAll(undefined, missing));
    const [expected, found] = [states[range.to - range.from], await session.read()];
    if (!expected || compare({ from: expected, to: found }).length > 0) return range.to;
    const stopped = await downUntilFailure(session, plan, environment, range, states);
    return stopped ? stopped.below + 1 : range.from;
  };
  return withReplaySession(plan, environment, again, start);
}

/** Replaying as many migrations takes about as long as copying a database. */
const COPY_PAYS = 20;

/**
 * Tries the down of each migration of a range right after its up, oldest first, and then migrates up again. So
 * neither a failed down nor a missing one costs a replay of the history. If a failed down has spoilt the database, the next one
 * begins as a copy of a database in which nothing was migrated down, and which follows one failure behind.
 */
async function tryEachDown(
  plan: BuildPlan,
  environment: BuildEnvironment,
  { from, to }: Range,
  start?: Checkpoint,
): Promise<readonly FailedDown[]> {
  const failed: FailedDown[] = [];
  let checkpoint = start;
  try {
    for (let next = from; next < to;) {
      if (next - (checkpoint?.applied ?? 0) >= COPY_PAYS)
        checkpoint = await checkpointAt(next, plan, environment, checkpoint, checkpoint !== start);
      const applied = checkpoint?.applied ?? 0;
      next = await withReplaySession(
        plan,
        environment,
        async (session) => {
          const missing = plan.folder.migrations.slice(applied, next);
          await timed(environment.onPhase, 'migrations', () => session.runner.upAll(undefined, missing));
          return upAndDown(session, plan, environment, { from: next, to }, failed);
        },
        checkpoint,
      );
    }
  } finally {
    if (checkpoint !== start) await checkpoint?.database.drop().catch(() => undefined);
  }
  return failed.reverse();
}

/**
 * Tries downs, oldest first, until the database is of no more use. Adds to `failed`.
 * @returns which migration the next database begins with.
 */
async function upAndDown(
  session: ReplaySession,
  plan: BuildPlan,
  environment: BuildEnvironment,
  { from, to }: Range,
  failed: FailedDown[],
): Promise<number> {
  const { migrations } = plan.folder;
  const progress = telling(plan, environment, 'down');
  const up = (migration: Migration) =>
    failureOf(timed(environment.onPhase, 'migrations', () => session.runner.up(migration)));
  let before = await session.read();
  // A migration that ran down and up again may have lost rows, and a later failure may be due to that. So such a failure
  // is tried again in a database without that past.
  let isFresh = true;
  for (const [offset, migration] of migrations.slice(from, to).entries()) {
    const at = from + offset;
    const error = await up(migration);
    if (error && isFresh) throw error;
    if (error) return at;
    let after: Schema | undefined = await session.read();
    if (migration.hasDown !== false) {
      const hasRows = await session.hasRows();
      const tried = await tryDown(session, environment, { migration, before, renewed: [] });
      if (tried.failed && !isFresh) return at;
      if (tried.failed) failed.push(tried.failed);
      progress(migrations.length - to + at + 1);
      after = await broughtBack(session, up, migration, { tried, after });
      if (!after) return at + 1;
      if (hasRows) isFresh = false;
    }
    before = after;
  }
  return to;
}

/**
 * Brings back what a down undid.
 * @returns the schema, in which a value that the migration computes may be a new one; undefined if it cannot be brought
 * back, and the database is of no more use.
 */
async function broughtBack(
  { read }: ReplaySession,
  up: (migration: Migration) => Promise<DriftmarkError | undefined>,
  migration: Migration,
  { tried, after }: { readonly tried: TriedDown; readonly after: Schema },
): Promise<Schema | undefined> {
  const isAsBefore = (schema: Schema) => compare({ from: after, to: schema }).length === 0;
  if (tried.failed && isAsBefore(tried.after ?? (await read()))) return after;
  if (await up(migration)) return undefined;
  const again = await read();
  return !tried.failed || isAsBefore(again) ? again : undefined;
}
