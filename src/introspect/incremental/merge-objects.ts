import { KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import { byCodePoint, hasPlace } from '../../schema/model.js';
import type { RelationName } from './touched-objects.js';

/**
 * The objects of a relation's kind that belong to one of some relations, in canonical order.
 * @param objects in canonical order.
 */
export function objectsOf<O extends AnyObject>(
  kind: Kind,
  objects: readonly O[],
  relations: readonly RelationName[],
  namespaces: readonly string[],
): readonly O[] {
  const [schemaField = '', nameField = ''] = KINDS[kind].identity;
  const rankOf = ranksOf(namespaces);
  const order = (a: RelationName, b: RelationName) =>
    rankOf(a.schema) - rankOf(b.schema) || byCodePoint(a.schema, b.schema) || byCodePoint(a.name, b.name);
  const relationOf = (object: O): RelationName => {
    const fields = fieldsIn(object);
    return { schema: fields[schemaField] ?? '', name: fields[nameField] ?? '' };
  };
  return [...relations].sort(order).flatMap((relation, at, sorted) => {
    const previous = sorted[at - 1];
    if (previous && order(previous, relation) === 0) return [];
    const from = placeIn(objects, 0, (object) => order(relation, relationOf(object)) <= 0);
    return objects.slice(
      from,
      placeIn(objects, from, (object) => order(relation, relationOf(object)) < 0),
    );
  });
}

/**
 * The objects of a kind after some of them were read again, in canonical order. If all are the same references as
 * before, so is the list.
 * @param replaced the objects of `before` that are replaced by what was read, in canonical order.
 * @param read in canonical order.
 */
export function mergeObjects<O extends AnyObject>(
  kind: Kind,
  before: readonly O[],
  read: readonly O[],
  replaced: readonly O[],
  namespaces: readonly string[],
): readonly O[] {
  if (replaced.length === 0 && read.length === 0) return before;
  if (before.length === 0) return read;
  if (read.length === replaced.length && read.every((object, at) => object === replaced[at])) return before;
  const kept = replaced.length === 0 ? before : without(before, replaced);
  const order = canonicalOrder(kind, namespaces);
  const pieces: (readonly O[])[] = [];
  let next = 0;
  for (const object of read) {
    const place = placeIn(kept, next, (other) => order(object, other) < 0);
    pieces.push(kept.slice(next, place), [object]);
    next = place;
  }
  return joined([...pieces, kept.slice(next)]);
}

/** A list without some of its items, which are in the same order. */
function without<O>(list: readonly O[], some: readonly O[]): readonly O[] {
  const pieces: (readonly O[])[] = [];
  let next = 0;
  for (const item of some) {
    const place = list.indexOf(item, next);
    if (place > next) pieces.push(list.slice(next, place));
    next = place + 1;
  }
  return joined([...pieces, list.slice(next)]);
}

/** `flat()` would look at each item. */
const joined = <O>(pieces: readonly (readonly O[])[]): readonly O[] => ([] as O[]).concat(...pieces);

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
  const { identity } = KINDS[kind];
  const rankOf = ranksOf(namespaces);
  return (a: AnyObject, b: AnyObject): number => {
    const [left, right] = [fieldsIn(a), fieldsIn(b)];
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

const fieldsIn = (object: AnyObject) => object as unknown as Readonly<Record<string, string | undefined>>;

/** The place of a schema among the covered ones. */
function ranksOf(namespaces: readonly string[]): (schema: string | undefined) => number {
  const ranks = new Map(namespaces.map((name, rank) => [name, rank]));
  return (schema) => (schema === undefined ? 0 : (ranks.get(schema) ?? ranks.size));
}
