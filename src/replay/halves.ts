import { DriftmarkError } from '../errors.js';
import { compare } from '../schema/compare.js';
import type { Range } from './down.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { platformOf } from './platforms/platforms.js';
import type { Built } from './built.js';

/** Below this many migrations, a second database costs more than it saves. */
const LONG = 40;

/**
 * Builds a long history in two halves at the same time, each in a database of its own: with every migration tried down,
 * most of the time goes into reading the schema after each.
 * @param build builds the migrations of a range, after running all earlier ones.
 * @returns undefined if the history has to be built as one: it is short, its migrations may affect one another across
 * databases, a half failed, or the second half does not begin with the schema with which the first one ends.
 */
export async function inHalves(
  plan: BuildPlan,
  environment: BuildEnvironment,
  build: (range: Range, environment: BuildEnvironment) => Promise<Built>,
): Promise<Built | undefined> {
  const { isAlone = false, onSql, ...quiet } = environment;
  // Statements that are shown have to come in their order.
  if (!isAlone || onSql || !isDivisible(plan)) return undefined;
  const { length } = plan.folder.migrations;
  const middle = Math.floor(length / 2);
  const halves = await Promise.allSettled([
    build({ from: 0, to: middle }, { ...quiet, progress: () => undefined }),
    build({ from: middle, to: length }, quiet),
  ]);
  const [first, second] = halves.map(builtUnlessFailed);
  const [end, beginning] = [first?.schema, second?.snapshots[0]];
  if (!first || !second || !end || !beginning) return undefined;
  if (compare({ from: end, to: beginning }).length > 0) return undefined;
  return {
    schema: second.schema,
    snapshots: [...first.snapshots, ...second.snapshots.slice(1)],
    failedDowns: [...second.failedDowns, ...first.failedDowns],
  };
}

/** Whether the migrations are SQL, and change nothing outside their database. */
function isDivisible({ target, folder: { migrations }, format }: BuildPlan): boolean {
  const { setup, roles = [] } = target.settings;
  // The backstage format lists only the newest failing down: older ones are not tried.
  if (migrations.length < LONG || format === 'backstage') return false;
  if (setup !== undefined || roles.length > 0 || platformOf(target)) return false;
  return migrations.every(({ up, down }) => up && !OUTSIDE.test(`${up.source} ${down?.source ?? ''}`));
}

/** Words of commands that change what all databases of a server share. */
const OUTSIDE = /\b(role|user|group(?!\s+by\b)|database|tablespace|system|subscription|dblink\w*)\b/i;

/** The result of a half. A failure is found again when the history is built as one, and is reported then. */
function builtUnlessFailed(half: PromiseSettledResult<Built>): Built | undefined {
  if (half.status === 'fulfilled') return half.value;
  const error: unknown = half.reason;
  if (error instanceof DriftmarkError && error.code !== 'interrupted') return undefined;
  throw error;
}
