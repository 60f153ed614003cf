import { isDeepStrictEqual } from 'node:util';
import { KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import { byCodePoint, hasPlace, identityOf, keyOf } from '../../schema/model.js';
import type { RelationName } from './affected-objects.js';

/** No object is replaced. */
export const NONE = () => false;

/** Whether an object of a relation's kind belongs to one of some relations. */
export function belongsTo(kind: Kind, relations: readonly RelationName[]): (object: AnyObject) => boolean {
  if (relations.length === 0) return NONE;
  const [schemaField = '', nameField = ''] = KINDS[kind].identity;
  const bySchema = new Map<string, Set<string>>();
  for (const { schema, name } of relations)
    bySchema.set(schema, (bySchema.get(schema) ?? new Set<string>()).add(name));
  return (object) => {
    const fields = object as unknown as Readonly<Record<string, string>>;
    return bySchema.get(fields[schemaField] ?? '')?.has(fields[nameField] ?? '') ?? false;
  };
}

/**
 * The objects of a kind after some of them were read again, in canonical order. An object that is as before stays the
 * same reference; so does the whole list.
 * @param isReplaced whether an object of `before` is replaced by what was read; relations are replaced as a whole.
 * @param read in canonical order.
 */
export function mergeObjects<O extends AnyObject>(
  kind: Kind,
  before: readonly O[],
  read: readonly O[],
  isReplaced: (object: AnyObject) => boolean,
  namespaces: readonly string[],
): readonly O[] {
  const replaced = isReplaced === NONE ? [] : before.filter(isReplaced);
  if (replaced.length === 0 && read.length === 0) return before;
  if (before.length === 0) return read;
  const known = new Map(replaced.map((object) => [keyOf(identityOf(kind, object)), object]));
  const fresh = read.map((object) => {
    const old = known.get(keyOf(identityOf(kind, object)));
    return old && isDeepStrictEqual(old, object) ? old : object;
  });
  if (fresh.length === replaced.length && fresh.every((object, at) => object === replaced[at])) return before;
  const kept = replaced.length === 0 ? before : without(before, replaced);
  const order = canonicalOrder(kind, namespaces);
  const merged: O[] = [];
  let next = 0;
  for (const object of fresh) {
    const place = placeIn(kept, next, (other) => order(object, other) < 0);
    while (next < place) merged.push(kept[next++] as O);
    merged.push(object);
  }
  return merged.concat(kept.slice(next));
}

/** A list without some of its items, which are in the same order. */
function without<O>(list: readonly O[], some: readonly O[]): readonly O[] {
  let next = 0;
  return list.filter((item) => {
    if (item !== some[next]) return true;
    next++;
    return false;
  });
}

/** The first place in a sorted list, from a place on, whose item comes after an object. */
function placeIn<O>(list: readonly O[], from: number, comesAfter: (item: O) => boolean): number {
  let [low, high] = [from, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesAfter(list[middle] as O)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Compares objects of a kind by their place in the canonical order. Columns of one table are equal: they have an order. */
function canonicalOrder(kind: Kind, namespaces: readonly string[]) {
  const ranks = new Map<string | undefined, number>(namespaces.map((name, rank) => [name, rank]));
  const { identity } = KINDS[kind];
  const fields = (object: AnyObject) => object as unknown as Readonly<Record<string, string | undefined>>;
  const rankOf = (schema: string | undefined) =>
    schema === undefined ? 0 : (ranks.get(schema) ?? ranks.size);
  return (a: AnyObject, b: AnyObject): number => {
    const [left, right] = [fields(a), fields(b)];
    if (left.schema !== right.schema) {
      const byRank = rankOf(left.schema) - rankOf(right.schema);
      if (byRank !== 0) return byRank;
    }
    const compared = hasPlace(kind, a) && hasPlace(kind, b) ? identity.length - 1 : identity.length;
    for (let at = 0; at < compared; at++) {
      const field = identity[at] ?? '';
      const order = byCodePoint(left[field] ?? '', right[field] ?? '');
      if (order !== 0) return order;
    }
    return 0;
  };
}
