import { attribute } from '../replay/attribute.js';
import type { ExplainedChange, Verdict } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import { identityOf, type Schema } from '../schema/model.js';
import type { History, Position } from './position.js';

/**
 * Gives each difference between the report and a live database its verdict: `pending` if the database lacks a
 * migration, `stale report` if the report was not updated, `ahead` if the database has migrations that the project
 * lacks, and `out of band` if no migration made the difference.
 */
export function classifyChanges(
  changes: readonly Change[],
  live: Schema,
  { snapshots, migrations }: History,
  position: Position,
): readonly ExplainedChange[] {
  const head = snapshots.at(-1);
  if (!head) return changes.map((change) => ({ change }));
  const isLike = comparatorWith(live, snapshots);
  // If migrations were run in another order, no snapshot equals the database. What a pending migration would change is
  // then as it was before that migration.
  const earlier = [
    position.applied,
    ...migrations.flatMap(({ name }, at) => (position.pending.includes(name) ? [at] : [])),
  ];
  const verdictOf = (change: Change): Verdict => {
    if (isLike(snapshots.length - 1, change)) return 'stale report';
    if (earlier.some((at) => isLike(at, change))) return 'pending';
    return position.unknown.length > 0 ? 'ahead' : 'out of band';
  };
  return attribute(changes, snapshots, migrations).map(({ change, migration }) => {
    const verdict = verdictOf(change);
    const isFromMigration = verdict === 'stale report' || verdict === 'pending';
    return { change, verdict, ...(isFromMigration && migration !== undefined && { migration }) };
  });
}

/** Tells whether the live database equals a snapshot in what a change is about. Compares with each snapshot once. */
function comparatorWith(live: Schema, snapshots: readonly Schema[]) {
  const differing = new Map<number, ReadonlySet<string>>();
  return (at: number, change: Change): boolean => {
    const snapshot = snapshots[at];
    if (!snapshot) return false;
    const keys =
      differing.get(at) ?? new Set(compare({ from: snapshot, to: live }).flatMap((each) => keysOf(each)));
    differing.set(at, keys);
    return !isTouched(keys, change);
  };
}

const isTouched = (keys: ReadonlySet<string>, change: Change) => {
  const [own = '', whole = '', parent = ''] = keysOf(change);
  return change.type === 'changed'
    ? keys.has(own) || keys.has(`${whole} whole`) || keys.has(`${parent} whole`)
    : keys.has(whole) || keys.has(`${parent} whole`);
};

/**
 * Keys of the property, the object and its parent; and, if the object was added, removed or renamed, a key that says
 * so. The order of columns belongs to their table. A renamed object has the keys of both names.
 */
function keysOf(change: Change): string[] {
  const { kind, identity } = change;
  const property = change.type === 'changed' ? change.fact : null;
  const own = JSON.stringify([kind, property === 'order' ? identity.slice(0, -1) : identity, property]);
  const names = [identity, ...(change.type === 'renamed' ? [identityOf(kind, change.before)] : [])];
  const [whole = '', ...former] = names.map((name) => JSON.stringify(name));
  const parent = JSON.stringify(identity.slice(0, -1));
  const wholes = change.type === 'changed' ? [] : [whole, ...former].map((name) => `${name} whole`);
  return [own, whole, parent, ...former, ...wholes];
}
