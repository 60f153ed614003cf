import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import type { ExplainedChange } from '../outcome.js';

/**
 * Says for each change which migration introduced it: the last one that touched the same fact of the same object.
 * `snapshots` hold the schema before the first migration and after each of `migrations`.
 */
export function attribute(
  changes: readonly Change[],
  snapshots: readonly Schema[],
  migrations: readonly { readonly name: string; readonly file?: string }[],
): ExplainedChange[] {
  const introducedBy = new Map<string, { readonly name: string; readonly file?: string }>();
  migrations.forEach((migration, index) => {
    const [from, to] = [snapshots[index], snapshots[index + 1]];
    if (!from || !to) return;
    for (const change of compare({ from, to })) {
      const { exact, object, made, within } = keysOf(change);
      introducedBy.set(exact, migration).set(object, migration);
      // What comes or goes brings or takes all of its facts, and all that is in it.
      if (change.type !== 'changed') introducedBy.set(made, migration).set(within, migration);
    }
  });
  return changes.map((change) => {
    const { exact, object, made, parent } = keysOf(change);
    // A fact that no migration changed is as old as its object.
    const keys = change.type === 'changed' ? [exact, made, parent, object] : [exact, object, parent];
    const { name: migration, file: migrationFile } =
      keys.map((key) => introducedBy.get(key)).find((found) => found !== undefined) ?? {};
    return {
      change,
      ...(migration !== undefined && { migration }),
      ...(migrationFile !== undefined && { migrationFile }),
    };
  });
}

/** What a change is about: the fact, the object, its coming or going, whatever is in it, and what the object is in. */
function keysOf({ kind, identity, ...change }: Change) {
  const fact = change.type === 'changed' ? change.fact : null;
  return {
    exact: JSON.stringify([kind, ...identity, fact]),
    object: JSON.stringify([kind, ...identity]),
    made: JSON.stringify(['made', kind, ...identity]),
    within: JSON.stringify(['in', ...identity]),
    parent: JSON.stringify(['in', ...identity.slice(0, -1)]),
  };
}
