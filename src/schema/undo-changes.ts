import type { Change } from './compare.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from './kinds.js';
import { canonical, hasPlace, identityOf, noObjects, type ObjectsByKind, type Schema } from './model.js';
import { withColumnsOfBoth, withoutRepeatedColumns } from './inherited-columns.js';

type Lists = Record<Kind, AnyObject[]>;

/**
 * The schema `to` as it would be without some of the changes that led to it: each of them takes back the state that it
 * has in `from`. What stands in an object comes and goes with it.
 */
export function revert(
  changes: readonly Change[],
  schemas: { readonly from: Schema; readonly to: Schema },
): Schema {
  const { from, to } = withColumnsOfBoth(schemas);
  const lists = noObjects() as Lists;
  for (const kind of ALL_KINDS) lists[kind] = [...to.objects[kind]];
  for (const change of changes) revertOne(change, lists, from);
  // `revertOne` keeps each kind's objects in the list of its kind.
  const objects: unknown = lists;
  const reverted = canonical({ namespaces: namespacesOf(lists, to), objects: objects as ObjectsByKind });
  return from === schemas.from && to === schemas.to ? reverted : withoutRepeatedColumns(reverted);
}

function revertOne(change: Change, lists: Lists, from: Schema): void {
  const { kind } = change;
  switch (change.type) {
    case 'added':
      lists[kind] = lists[kind].filter((object) => !isSame(kind, object, change.identity));
      for (const child of childKinds(kind))
        lists[child] = lists[child].filter((object) => !standsIn(child, object, change.identity));
      return;
    case 'removed':
      lists[kind].push(change.before);
      for (const child of childKinds(kind))
        lists[child].push(
          ...from.objects[child].filter((object) => standsIn(child, object, change.identity)),
        );
      return;
    case 'renamed':
      lists[kind] = lists[kind].map((object) =>
        isSame(kind, object, change.identity) ? change.before : object,
      );
      return;
    case 'changed':
      if (change.fact === 'order') lists[kind] = ordered(kind, lists[kind], change.identity, from);
      else
        lists[kind] = lists[kind].map((object) =>
          isSame(kind, object, change.identity) ? withFact(object, change.fact, change.before) : object,
        );
  }
}

const key = (parts: readonly string[]) => JSON.stringify(parts);
const isSame = (kind: Kind, object: AnyObject, identity: readonly string[]) =>
  key(identityOf(kind, object)) === key(identity);
const standsIn = (kind: Kind, object: AnyObject, parent: readonly string[]) =>
  key(identityOf(kind, object).slice(0, -1)) === key(parent);
const childKinds = (parent: Kind) => ALL_KINDS.filter((kind) => KINDS[kind].parents?.includes(parent));

/** A copy with one fact as another object has it. */
function withFact(object: AnyObject, fact: string, as: AnyObject): AnyObject {
  const { [fact]: _old, ...others } = object as unknown as Readonly<Record<string, unknown>>;
  const value = (as as unknown as Readonly<Record<string, unknown>>)[fact];
  const copy: unknown = value === undefined ? others : { ...others, [fact]: value };
  return copy as AnyObject;
}

/** Siblings in the order that they have in `from`; those that it lacks come last. */
function ordered(
  kind: Kind,
  objects: readonly AnyObject[],
  identity: readonly string[],
  from: Schema,
): AnyObject[] {
  const parent = identity.slice(0, -1);
  const places = new Map(
    from.objects[kind]
      .filter((object) => hasPlace(kind, object) && standsIn(kind, object, parent))
      .map((object, at) => [identityOf(kind, object).at(-1), at]),
  );
  const placeOf = (object: AnyObject) => places.get(identityOf(kind, object).at(-1)) ?? places.size;
  const family = objects
    .filter((object) => standsIn(kind, object, parent))
    .sort((a, b) => placeOf(a) - placeOf(b));
  return [...objects.filter((object) => !standsIn(kind, object, parent)), ...family];
}

/** The covered schemas that are still there; the order of the others is kept. */
function namespacesOf(lists: Lists, { namespaces }: Schema): readonly string[] {
  const names = lists.namespace.flatMap((object) => ('name' in object ? [object.name] : []));
  return [
    ...namespaces.filter((name) => names.includes(name)),
    ...names.filter((name) => !namespaces.includes(name)),
  ];
}
