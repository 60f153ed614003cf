import { attribute } from '../build/attribute.js';
import type { ExplainedChange, Verdict } from '../outcome.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';

/** What a project's migrations make, step by step. */
export interface History {
  /** The schema before the first migration, and after each one. */
  readonly snapshots: readonly Schema[];
  readonly migrations: readonly { readonly name: string }[];
}

/** How far a live database has come in a project's migrations. */
export interface Position {
  /** How many of them, from the first on, it has. */
  readonly applied: number;
  /** Migrations of the project that it lacks, in their order. */
  readonly pending: readonly string[];
  /** Migrations that it has and the project lacks. */
  readonly unknown: readonly string[];
}

/**
 * Where a live database stands: by what it says it has run, else by the snapshot that is nearest to it.
 * `says` are names in the words of the migration tool, which may leave out a file's extension or all but its number.
 */
export function positionOf(
  live: Schema,
  { snapshots, migrations }: History,
  says: readonly string[] | undefined,
): Position {
  if (says === undefined) {
    const applied = nearest(live, snapshots);
    return { applied, pending: migrations.slice(applied).map(({ name }) => name), unknown: [] };
  }
  const isApplied = migrations.map(({ name }) => says.some((said) => isSaid(name, said)));
  const last = isApplied.lastIndexOf(true);
  return {
    applied: last + 1,
    pending: migrations.filter((_, at) => isApplied[at] !== true).map(({ name }) => name),
    unknown: says.filter((said) => !migrations.some(({ name }) => isSaid(name, said))),
  };
}

/** `20240101_init.js` is what knex calls it; other tools say `20240101_init`, or `20240101`. */
function isSaid(name: string, said: string): boolean {
  if (name === said) return true;
  const bare = name.replace(/(\.up)?\.\w+$/, '');
  return bare === said || (/^\d+$/.test(said) && new RegExp(`^0*${said}(?!\\d)`).test(bare));
}

/** The latest of the snapshots that differ least. */
function nearest(live: Schema, snapshots: readonly Schema[]): number {
  let best = { at: 0, distance: Infinity };
  snapshots.forEach((snapshot, at) => {
    const distance = compare({ from: snapshot, to: live }).length;
    if (distance <= best.distance) best = { at, distance };
  });
  return best.at;
}

/**
 * Says of each difference between the report and a live database where it comes from: the database lacks a
 * migration, the report was not updated, or nobody's migration made it.
 */
export function explainLive(
  changes: readonly Change[],
  live: Schema,
  history: History,
  position: Position,
): readonly ExplainedChange[] {
  const { snapshots, migrations } = history;
  const head = snapshots.at(-1);
  const expected = snapshots[position.applied] ?? head;
  if (!head || !expected) return changes.map((change) => ({ change }));
  const fromHead = touched(head, live);
  const fromExpected = touched(expected, live);
  const withMigration = attribute(changes, snapshots, migrations);
  return withMigration.map(({ change, migration }) => {
    const verdict: Verdict = !touches(fromHead, change)
      ? 'stale report'
      : !touches(fromExpected, change)
        ? 'pending'
        : position.unknown.length > 0
          ? 'ahead'
          : 'out of band';
    const isFromMigration = verdict === 'stale report' || verdict === 'pending';
    return { change, verdict, ...(isFromMigration && migration !== undefined && { migration }) };
  });
}

/** What differs, as keys of facts, of objects and of what they stand in. */
function touched(from: Schema, to: Schema): ReadonlySet<string> {
  return new Set(compare({ from, to }).flatMap(keysOf));
}

const touches = (keys: ReadonlySet<string>, change: Change) => {
  const [own = '', whole = '', parent = ''] = keysOf(change);
  return change.type === 'changed'
    ? keys.has(own) || keys.has(`${whole} whole`) || keys.has(`${parent} whole`)
    : keys.has(whole) || keys.has(`${parent} whole`);
};

/** Of the fact, the object and its parent; and, where the object came or went as a whole, that it did. */
function keysOf({ kind, identity, ...change }: Change): string[] {
  const own = JSON.stringify([kind, identity, change.type === 'changed' ? change.fact : null]);
  const whole = JSON.stringify(identity);
  const parent = JSON.stringify(identity.slice(0, -1));
  return [own, whole, parent, ...(change.type === 'changed' ? [] : [`${whole} whole`])];
}
