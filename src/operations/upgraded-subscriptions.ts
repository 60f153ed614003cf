import type { Subscription } from '../schema/kinds/replication.js';
import type { Schema } from '../schema/model.js';

/**
 * Options that a subscription gets when it is restored or upgraded to a newer version, so that it behaves as before, with
 * the version whose default is another one.
 */
const KEPT: readonly (readonly [option: string, since: number])[] = [
  ['run_as_owner=true', 160_000],
  ['streaming=off', 180_000],
];

/** The schema of a database without the options that keep the behaviour of subscriptions in an older database. */
export function withoutKeptOptions(
  schema: Schema,
  versionNum: number | undefined,
  otherVersionNum: number | undefined,
): Schema {
  if (versionNum === undefined || otherVersionNum === undefined) return schema;
  const kept = KEPT.filter(([, since]) => versionNum >= since && otherVersionNum < since).map(
    ([option]) => option,
  );
  const subscription = schema.objects.subscription.map(({ options = [], ...others }): Subscription => {
    const left = options.filter((option) => !kept.includes(option));
    return { ...others, ...(left.length > 0 && { options: left }) };
  });
  return kept.length === 0 ? schema : { ...schema, objects: { ...schema.objects, subscription } };
}
