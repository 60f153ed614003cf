import { omitUndefined } from '../util/omit-undefined.js';
import type { TargetSettings } from '../config/schema.js';
import type { ExplainedChange } from '../outcome.js';
import { CHANGE_CLASSES, type ChangeClass } from '../schema/definition.js';

/** Which classes of changes fail: all of them, unless it is said. What does not fail is still told. */
export interface FailPolicy {
  /** Only these fail. */
  readonly failOn?: readonly ChangeClass[];
  /** These do not. */
  readonly ignore?: readonly ChangeClass[];
}

/** What the settings say of it. */
export const policyOf = ({ failOn, ignoreClasses }: TargetSettings): FailPolicy =>
  omitUndefined({ failOn, ignore: ignoreClasses });

/** The changes, with those marked that do not fail. */
export function applyPolicy(
  changes: readonly ExplainedChange[],
  { failOn = CHANGE_CLASSES, ignore = [] }: FailPolicy,
): readonly ExplainedChange[] {
  return changes.map((explained) => {
    const { class: changeClass } = explained.change;
    const fails = failOn.includes(changeClass) && !ignore.includes(changeClass);
    return fails ? explained : { ...explained, isAllowed: true };
  });
}
