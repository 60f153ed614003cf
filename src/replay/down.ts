import { DriftmarkError } from '../errors.js';
import type { FailedDown } from '../outcome.js';
import { compare } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { quietly, telling } from './progress.js';
import { onWorkbench, type Workbench } from './session.js';

/** A failure, and how many migrations are left below it. */
interface Failure {
  readonly down: FailedDown;
  readonly below: number;
}

/**
 * Tries the newest `count` migrations down, newest first, and stops at the first that fails. While it is looked at what
 * one has left behind, the tool of the next gets ready for it.
 */
export async function downUntilFailure(
  { runner, read }: Workbench,
  plan: BuildPlan,
  environment: BuildEnvironment,
  snapshots: readonly Schema[],
  count: number,
): Promise<Failure | undefined> {
  const { migrations } = plan.folder;
  const tell = telling(plan, environment, 'down');
  const steps = migrations.slice(0, count).map((migration, below) => ({ migration, below }));
  steps.reverse();
  const begin = (at: number, when?: Promise<void>) => {
    const next = steps[at];
    return next && quietly(failureOf(runner.down(next.migration, when)));
  };
  let step = begin(0);
  for (const [at, { migration, below }] of steps.entries()) {
    const error = await timed(environment.onPhase, 'down migrations', () => step);
    const before = snapshots[below];
    if (!before) return undefined;
    const looking = error ? Promise.resolve([]) : read().then((after) => differences(before, after));
    // It never goes on if something is left: its process ends with the workbench.
    step = error ? undefined : begin(at + 1, quietly(looking.then(assertNothing)));
    const leftBehind = await looking;
    tell(migrations.length - below);
    if (error || leftBehind.length > 0)
      return { down: { migration: migration.name, leftBehind, ...(error && { error }) }, below };
  }
  return undefined;
}

function assertNothing(left: readonly unknown[]): void {
  if (left.length > 0) throw new Error('something is left behind');
}

/** A column that is added again stands last, whatever its migration does: the order is not held against it. */
const differences = (from: Schema, to: Schema) =>
  compare({ from, to }).filter((change) => change.class !== 'order');

/**
 * What `full` asks for beyond the first failure: every other migration is tried too, from the state that its own
 * up left, in a fresh database where a failed one has spoilt the state. `backstage` stops at the first.
 */
export async function continueDown(
  plan: BuildPlan,
  environment: BuildEnvironment,
  snapshots: readonly Schema[],
  first: Failure,
): Promise<FailedDown[]> {
  const failed: FailedDown[] = [];
  for (let failure: Failure | undefined = first; failure;) {
    const { down, below }: Failure = failure;
    if (down.error === undefined || !lacksDown(plan, below)) failed.push(down);
    if (plan.format === 'backstage' || below === 0) break;
    failure = await onWorkbench(plan, environment, async (bench) => {
      await timed(environment.onPhase, 'migrations', () =>
        bench.runner.upAll(undefined, plan.folder.migrations.slice(0, below)),
      );
      return downUntilFailure(bench, plan, environment, snapshots, below);
    });
  }
  return failed;
}

/** A migration that never promised a way down has none to fail. */
const lacksDown = ({ folder }: BuildPlan, index: number) => folder.migrations[index]?.hasDown === false;

async function failureOf(step: Promise<void>): Promise<DriftmarkError | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted') return error;
    throw error;
  }
}
