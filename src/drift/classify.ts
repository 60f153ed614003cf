import { attribute } from '../replay/attribute.js';
import type { ExplainedChange, Verdict } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import { identityOf, type Schema } from '../schema/model.js';
import type { History, Position } from './position.js';

/**
 * Says of each difference between the report and a live database where it comes from: the database lacks a
 * migration, the report was not updated, or nobody's migration made it.
 */
export function classifyChanges(
  changes: readonly Change[],
  live: Schema,
  { snapshots, migrations }: History,
  position: Position,
): readonly ExplainedChange[] {
  const head = snapshots.at(-1);
  if (!head) return changes.map((change) => ({ change }));
  const isSameAs = sameness(live, snapshots);
  // Where migrations were run out of their order, the database is at no snapshot: what a pending one would change
  // is as it was before that one.
  const earlier = [
    position.applied,
    ...migrations.flatMap(({ name }, at) => (position.pending.includes(name) ? [at] : [])),
  ];
  const verdictOf = (change: Change): Verdict => {
    if (isSameAs(snapshots.length - 1, change)) return 'stale report';
    if (earlier.some((at) => isSameAs(at, change))) return 'pending';
    return position.unknown.length > 0 ? 'ahead' : 'out of band';
  };
  return attribute(changes, snapshots, migrations).map(({ change, migration }) => {
    const verdict = verdictOf(change);
    const isFromMigration = verdict === 'stale report' || verdict === 'pending';
    return { change, verdict, ...(isFromMigration && migration !== undefined && { migration }) };
  });
}

/** Whether the live database is as a snapshot is, in what a change is about. Each snapshot is compared but once. */
function sameness(live: Schema, snapshots: readonly Schema[]) {
  const touched = new Map<number, ReadonlySet<string>>();
  return (at: number, change: Change): boolean => {
    const snapshot = snapshots[at];
    if (!snapshot) return false;
    const keys =
      touched.get(at) ?? new Set(compare({ from: snapshot, to: live }).flatMap((each) => keysOf(each)));
    touched.set(at, keys);
    return !touches(keys, change);
  };
}

const touches = (keys: ReadonlySet<string>, change: Change) => {
  const [own = '', whole = '', parent = ''] = keysOf(change);
  return change.type === 'changed'
    ? keys.has(own) || keys.has(`${whole} whole`) || keys.has(`${parent} whole`)
    : keys.has(whole) || keys.has(`${parent} whole`);
};

/**
 * Of the fact, the object and its parent; and, where the object came or went as a whole, that it did. An order is
 * its parent's, and what is called otherwise now is meant by both names.
 */
function keysOf(change: Change): string[] {
  const { kind, identity } = change;
  const fact = change.type === 'changed' ? change.fact : null;
  const own = JSON.stringify([kind, fact === 'order' ? identity.slice(0, -1) : identity, fact]);
  const names = [identity, ...(change.type === 'renamed' ? [identityOf(kind, change.before)] : [])];
  const [whole = '', ...former] = names.map((name) => JSON.stringify(name));
  const parent = JSON.stringify(identity.slice(0, -1));
  const wholes = change.type === 'changed' ? [] : [whole, ...former].map((name) => `${name} whole`);
  return [own, whole, parent, ...former, ...wholes];
}
