import { isDeepStrictEqual } from 'node:util';
import { DriftmarkError } from '../errors.js';
import type { Migration } from '../migrations/migrations.js';
import type { FailedDown } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import { computedAmong, mayBeComputed, tokensOf } from '../schema/computed-values.js';
import { fieldsOf, type Schema } from '../schema/model.js';
import type { BuildEnvironment } from './environment.js';
import { timed } from './phases.js';
import type { ReplaySession } from './session.js';

export interface TriedDown {
  readonly failed?: FailedDown;
  /** The schema after the down. Absent if it threw. */
  readonly after?: Schema;
}

interface Trial {
  readonly migration: Migration;
  /** The schema before its up. */
  readonly before: Schema;
  /** Takes the values that a down computed anew, which also differ in the schemas below. */
  readonly renewed: Change[];
}

/** Runs a migration down, and says what that did not restore. */
export async function tryDown(
  session: ReplaySession,
  environment: BuildEnvironment,
  { migration, before, renewed }: Trial,
): Promise<TriedDown> {
  const down = () => timed(environment.onPhase, 'down migrations', () => session.runner.down(migration));
  const error = await failureOf(down());
  if (error) return { failed: { migration: migration.name, leftBehind: [], error } };
  const first = await session.read();
  let after: Schema | undefined = first;
  let leftBehind = differences(before, first).filter((change) => !isAmong(renewed, change));
  if (leftBehind.length > 0 && leftBehind.every(mayBeComputed)) {
    // Another run of the same down shows whether it computes the value.
    after = await failureOf(session.runner.up(migration).then(down)).then((failure) =>
      failure ? undefined : session.read(),
    );
    if (after) {
      const computed = computedAmong(leftBehind, { runs: [first, after], isWritten: () => true });
      leftBehind = leftBehind.filter((change) => !computed.includes(change));
      renewed.push(...differences(before, after).filter((change) => isAmong(computed, change, 'fact')));
    }
  }
  return {
    ...(after && { after }),
    ...(leftBehind.length > 0 && { failed: { migration: migration.name, leftBehind } }),
  };
}

/** Whether one of some changes is of the same property, and to the same value unless only the property counts. */
function isAmong(changes: readonly Change[], change: Change, by: 'value' | 'fact' = 'value'): boolean {
  const keyOfFact = ({ kind, identity, ...each }: Change) =>
    JSON.stringify([kind, identity, each.type === 'changed' ? each.fact : each.type]);
  const keyOfValue = (each: Change) =>
    each.type === 'changed'
      ? JSON.stringify([fieldsOf(each.before)[each.fact], fieldsOf(each.after)[each.fact]])
      : '';
  return changes.some(
    (each) =>
      keyOfFact(each) === keyOfFact(change) && (by === 'fact' || keyOfValue(each) === keyOfValue(change)),
  );
}

/**
 * The differences that count against a down. A column that is added again is the last one, whatever the migration does:
 * the order of columns does not count. Nor does the white space between the words of a function.
 */
const differences = (from: Schema, to: Schema): readonly Change[] =>
  compare({ from, to }).filter((change) => change.class !== 'order' && !isWhiteSpaceOnly(change));

function isWhiteSpaceOnly(change: Change): boolean {
  if (change.type !== 'changed' || change.fact !== 'body') return false;
  const [before, after] = [change.before, change.after].map((object) => wordsOf(fieldsOf(object).body));
  return isDeepStrictEqual(before, after);
}

/** Everything but white space, which counts in string constants only. */
const wordsOf = (body: unknown) => tokensOf(String(body)).filter((token) => token.trim() !== '');

/** The error of a step. Undefined if it succeeded. */
export async function failureOf(step: Promise<void>): Promise<DriftmarkError | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted') return error;
    throw error;
  }
}
