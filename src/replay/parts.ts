import { availableParallelism } from 'node:os';
import { DriftmarkError } from '../errors.js';
import { compare } from '../schema/compare.js';
import type { BuildEnvironment, BuildPlan, Range } from './environment.js';
import { platformOf } from './platforms/platforms.js';
import type { Built } from './built.js';
import { checkpointAt, type Checkpoint } from './session.js';

/** Fewer migrations do not pay for a second database, or for a third one. */
const [LONG, VERY_LONG] = [40, 200];
/** Each part keeps the schema after each of its migrations in memory. */
const MOST = 4;
/**
 * By how much each part is shorter than the one before it, so that all take equally long: the earlier migrations have to
 * run before a part can begin, and later ones are read in a larger schema. Measured with 1,000 migrations.
 */
const SHORTER = 0.32;

/**
 * Builds a long history in parts at the same time, each in a database of its own: with every migration tried down, most
 * of the time goes into reading the schema after each. One part more than there are processors keeps all of them busy.
 * @param build builds the migrations of a range, in a copy of a database in which all earlier ones have run.
 * @returns undefined if the history has to be built as one: it is short, its migrations may affect one another across
 * databases, a part failed, or a part does not begin with the schema with which the one before it ends.
 */
export async function inParts(
  plan: BuildPlan,
  environment: BuildEnvironment,
  build: (environment: BuildEnvironment, range: Range, start?: Checkpoint) => Promise<Built>,
): Promise<Built | undefined> {
  const { isAlone = false, onSql, ...quiet } = environment;
  const ranges = rangesOf(plan.folder.migrations.length);
  // Statements that are shown have to come in their order.
  if (!isAlone || onSql || ranges.length < 2 || !isDivisible(plan)) return undefined;
  const [last] = ranges.slice(-1);
  const silent = { ...quiet, progress: () => undefined };
  const starts = startsOf(plan, silent, ranges);
  const results = await Promise.allSettled(
    ranges.map(async (range, at) => build(range === last ? quiet : silent, range, await starts[at])),
  );
  for (const start of await Promise.allSettled(starts))
    if (start.status === 'fulfilled') await start.value?.database.drop().catch(() => undefined);
  const parts = results.flatMap((result) => builtUnlessFailed(result) ?? []);
  return parts.length === ranges.length ? joined(parts) : undefined;
}

/** The database that each part begins with; the first one begins with an empty one. Each is a copy of the one before. */
function startsOf(
  plan: BuildPlan,
  environment: BuildEnvironment,
  ranges: readonly Range[],
): readonly Promise<Checkpoint | undefined>[] {
  let before: Promise<Checkpoint | undefined> = Promise.resolve(undefined);
  return ranges.map(({ from }) => {
    if (from > 0) before = before.then((start) => checkpointAt(from, plan, environment, start));
    return before;
  });
}

/** The ranges of a history that are built at the same time, in their order. Together they are the whole history. */
export function rangesOf(length: number, processors = availableParallelism()): readonly Range[] {
  const most = length < LONG ? 1 : length < VERY_LONG ? 2 : MOST;
  const count = Math.min(processors + 1, most);
  const share = (part: number) => 1 - (1 - SHORTER) ** part;
  const bounds = Array.from({ length: count }, (_, part) =>
    Math.floor((length * share(part)) / share(count)),
  );
  return bounds.map((from, part) => ({ from, to: bounds[part + 1] ?? length }));
}

/** Undefined if a part does not begin with the schema with which the one before it ends. */
function joined(parts: readonly Built[]): Built | undefined {
  const [first, ...others] = parts;
  return others.reduce<Built | undefined>((before, part) => {
    const [beginning, ...snapshots] = part.snapshots;
    if (!before || !beginning || compare({ from: before.schema, to: beginning }).length > 0) return undefined;
    return {
      schema: part.schema,
      snapshots: [...before.snapshots, ...snapshots],
      failedDowns: [...part.failedDowns, ...before.failedDowns],
    };
  }, first);
}

/** Whether the migrations are SQL, and change nothing outside their database. */
function isDivisible({ target, folder: { migrations }, format }: BuildPlan): boolean {
  const { setup, roles = [] } = target.settings;
  // The backstage format lists only the newest failing down: older ones are not tried.
  if (format === 'backstage') return false;
  if (setup !== undefined || roles.length > 0 || platformOf(target)) return false;
  return migrations.every(({ up, down }) => up && !OUTSIDE.test(`${up.source} ${down?.source ?? ''}`));
}

/** Words of commands that change what all databases of a server share. */
const OUTSIDE = /\b(role|user|group(?!\s+by\b)|database|tablespace|system|subscription|dblink\w*)\b/i;

/** The result of a part. A failure is found again when the history is built as one, and is reported then. */
function builtUnlessFailed(part: PromiseSettledResult<Built>): Built | undefined {
  if (part.status === 'fulfilled') return part.value;
  const error: unknown = part.reason;
  if (error instanceof DriftmarkError && error.code !== 'interrupted') return undefined;
  throw error;
}
