import type { Change } from './compare.js';
import { fieldsOf, objectKey, type Schema } from './model.js';
import type { AnyObject, Kind } from './kinds.js';

/** A changed property that both objects have. */
type ChangedProperty = Extract<Change, { readonly type: 'changed' }>;

/**
 * Whether a change may be due to a value that a migration computes when it runs, such as a default of `'now'`. The two
 * values then differ in constants only.
 */
export function mayBeComputed(change: Change): change is ChangedProperty {
  if (change.type !== 'changed' || change.fact === 'order') return false;
  const texts = [textOf(change.before, change.fact), textOf(change.after, change.fact)];
  const [before = [], after = []] = texts.map((text) => (text === undefined ? [] : tokensOf(text)));
  if (before.length === 0 || before.length !== after.length) return false;
  return after.every((token, at) => token === before[at] || [token, before[at] ?? ''].every(isConstant));
}

const isConstant = (token: string) => /^'|\d/.test(token);

/** What shows that a value is computed. */
export interface Evidence {
  /** The schemas that two runs of the same migrations made. */
  readonly runs: readonly [Schema, Schema];
  /** Whether the file of a migration contains a string. */
  readonly isWritten: (text: string) => boolean;
}

/** The changes to values that are different at each run of the migrations, and that differ in nothing else. */
export function computedAmong(changes: readonly Change[], evidence: Evidence): readonly Change[] {
  const finders = evidence.runs.map(finderIn);
  return changes.filter((change) => {
    if (!mayBeComputed(change)) return false;
    const { kind, fact, before, after } = change;
    const [one, other] = finders.map((find) => find(kind, objectKey(kind, after)));
    const texts = [before, after, one, other].map((object) => object && textOf(object, fact));
    const tokens = texts.map((text) => (text === undefined ? [] : tokensOf(text)));
    return texts.every((text) => text !== undefined) && isComputed(tokens, evidence);
  });
}

/** Looks up an object by its key. The lists of few kinds are needed. */
function finderIn({ objects }: Schema): (kind: Kind, key: string) => AnyObject | undefined {
  const byKind = new Map<Kind, ReadonlyMap<string, AnyObject>>();
  return (kind, key) => {
    const known =
      byKind.get(kind) ??
      new Map(objects[kind].map((object: AnyObject) => [objectKey(kind, object), object]));
    byKind.set(kind, known);
    return known.get(key);
  };
}

/** @param tokens of the value before and after, and of the values that the two runs made. */
function isComputed(
  [before = [], after = [], one = [], other = []]: readonly (readonly string[])[],
  evidence: Evidence,
): boolean {
  if ([after, one, other].some(({ length }) => length !== before.length)) return false;
  return after.every((token, at) => {
    const was = before[at] ?? '';
    if (was === token || one[at] !== other[at]) return true;
    return [was, token].every((each) => dayIn(each) !== undefined) && isDayOfRun(one[at] ?? '', evidence);
  });
}

/**
 * Whether a constant is the day on which the migrations ran. `'today'` gives the same value all day, so a second run does
 * not show that it is computed.
 */
function isDayOfRun(token: string, { isWritten }: Evidence): boolean {
  const day = dayIn(token);
  return day !== undefined && !isWritten(day) && Math.abs(Date.parse(day) - Date.now()) < 3 * DAY;
}

const DAY = 24 * 60 * 60 * 1000;

const dayIn = (token: string) => /^'?(\d{4}-\d\d-\d\d)/.exec(token)?.[1];

function textOf(object: AnyObject, fact: string): string | undefined {
  const value = fieldsOf(object)[fact];
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value);
}

/**
 * String constants, words and numbers, white space, and single other characters. PostgreSQL prints a negative number as
 * `'-1'::integer`, which is one constant as `1` is.
 */
export const tokensOf = (text: string): readonly string[] =>
  text
    .replace(/('-\d[\d.]*')::(?:smallint|integer|bigint|numeric|real|double precision)/g, '$1')
    .match(/'(?:[^']|'')*'|[\p{L}\p{N}_$.]+|\s+|[^]/gu) ?? [];
