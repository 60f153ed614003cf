import type { TargetSettings } from '../config/schema.js';
import type { ExplainedChange } from '../outcome.js';
import { CHANGE_CLASSES, type ChangeClass } from '../schema/definition.js';
import { omitUndefined } from '../util/omit-undefined.js';

/** Which classes of changes fail a check. Default: all. The others are reported all the same. */
export interface FailPolicy {
  /** Only these classes fail. */
  readonly failOn?: readonly ChangeClass[];
  /** These classes do not fail. */
  readonly ignore?: readonly ChangeClass[];
}

/** The policy in a target's settings. */
export const policyOf = ({ failOn, ignoreClasses }: TargetSettings): FailPolicy =>
  omitUndefined({ failOn, ignore: ignoreClasses });

/** Marks the changes that the policy allows. */
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
