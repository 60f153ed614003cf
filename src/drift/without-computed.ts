import type { Comparison } from '../equivalence/equivalence.js';
import { attribute } from '../replay/attribute.js';
import { computedAmong, mayBeComputed } from '../schema/computed-values.js';
import type { Schema } from '../schema/model.js';
import { undoChanges } from '../schema/undo-changes.js';
import { noticeOfComputed } from './computed-values.js';
import type { History } from './position.js';

/** What finding computed values needs. */
interface Surroundings {
  /** The schemas that the project's migrations create; undefined without migrations. Called if it may matter. */
  readonly history: () => Promise<History | undefined>;
  readonly notice: (text: string) => void;
  /** The working directory. */
  readonly cwd: string;
}

/**
 * A comparison without the values that migrations compute when they run, of which each database has its own. There is a
 * notice of each.
 */
export async function withoutComputed(
  comparison: Comparison,
  from: Schema,
  { history, notice, cwd }: Surroundings,
): Promise<Comparison> {
  const { changes, to } = comparison;
  if (!changes.some(mayBeComputed)) return comparison;
  const known = await history();
  if (!known) return comparison;
  const computed = computedAmong(changes, await known.runAgain());
  for (const explained of attribute(computed, known.snapshots, known.migrations))
    notice(noticeOfComputed(explained, from, cwd));
  return {
    ...comparison,
    changes: changes.filter((change) => !computed.includes(change)),
    to: undoChanges(computed, { from, to }),
  };
}
