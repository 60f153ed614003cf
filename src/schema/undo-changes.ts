import { groupBy } from '../util/group-by.js';
import type { Change } from './compare.js';
import { withExternalTablesOfBoth, withoutEmptyExternalTables } from './external-tables.js';
import { impliedKeys, withImpliedOfBoth, withoutImplied } from './implied-objects.js';
import { withColumnsOfBoth, withoutRepeatedColumns } from './inherited-columns.js';
import { KINDS, type AnyObject, type Kind, type ObjectByKind } from './kinds.js';
import {
  canonical,
  fieldsOf,
  hasPlace,
  identityOf,
  keyOf,
  mapKinds,
  objectKey,
  type Schema,
} from './model.js';

/**
 * The schema `to` without some of the changes that led to it: each object or fact that one of them is about is as in
 * `from`. The objects that stand in an added or removed object go or come with it.
 *
 * @example
 * undoChanges(compare({ from, to }), { from, to }); // equals `from`
 */
export function undoChanges(
  changes: readonly Change[],
  schemas: { readonly from: Schema; readonly to: Schema },
): Schema {
  const withColumns = withExternalTablesOfBoth(withColumnsOfBoth(schemas));
  const implied = impliedKeys(withColumns);
  const { from, to } = withImpliedOfBoth(withColumns);
  const undo = undoOf(changes);
  const objects = mapKinds((kind) => undoInKind(kind, undo, from.objects[kind], to.objects[kind]));
  const names = objects.namespace.map(({ name }) => name);
  const undone = canonical({
    namespaces: [
      ...to.namespaces.filter((name) => names.includes(name)),
      ...names.filter((name) => !to.namespaces.includes(name)),
    ],
    objects,
  });
  if (from === schemas.from && to === schemas.to) return undone;
  return withoutImplied(withoutEmptyExternalTables(withoutRepeatedColumns(undone)), implied);
}

type ChangeOf<T extends Change['type']> = Extract<Change, { readonly type: T }>;

/** The changes by the key of the object that they are about. */
interface Undo {
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlyMap<string, ChangeOf<'removed'>>;
  readonly renamed: ReadonlyMap<string, ChangeOf<'renamed'>>;
  readonly changed: ReadonlyMap<string, readonly ChangeOf<'changed'>[]>;
  readonly moved: readonly ChangeOf<'changed'>[];
}

const keyOfChange = ({ kind, identity }: Change) => keyOf([kind, ...identity]);
const isMove = (change: Change) => change.type === 'changed' && change.fact === 'order';

function undoOf(changes: readonly Change[]): Undo {
  const ofType = <T extends Change['type']>(type: T) =>
    changes.filter((change): change is ChangeOf<T> => change.type === type);
  return {
    added: new Set(ofType('added').map(keyOfChange)),
    removed: new Map(ofType('removed').map((change) => [keyOfChange(change), change])),
    renamed: new Map(ofType('renamed').map((change) => [keyOfChange(change), change])),
    changed: groupBy(
      ofType('changed').filter((change) => !isMove(change)),
      keyOfChange,
    ),
    moved: ofType('changed').filter(isMove),
  };
}

function undoInKind<K extends Kind>(
  kind: K,
  { added, removed, renamed, changed, moved }: Undo,
  from: readonly ObjectByKind[K][],
  to: readonly ObjectByKind[K][],
): readonly ObjectByKind[K][] {
  const parentKinds = KINDS[kind].parents ?? [];
  const standsInOneOf = (object: ObjectByKind[K], keys: { has(key: string): boolean }) => {
    const parent = identityOf(kind, object).slice(0, -1);
    return parentKinds.some((parentKind) => keys.has(keyOf([parentKind, ...parent])));
  };
  const kept = to
    .filter((object) => !added.has(objectKey(kind, object)) && !standsInOneOf(object, added))
    .map((object) => {
      const key = objectKey(kind, object);
      // A change of an object holds objects of its kind.
      const name = renamed.get(key)?.before as ObjectByKind[K] | undefined;
      return name ?? (changed.get(key) ?? []).reduce(withFactOf, object);
    });
  const restored = from.filter(
    (object) => removed.has(objectKey(kind, object)) || standsInOneOf(object, removed),
  );
  const all = withRestored(kind, from, kept, restored);
  const movedParents = new Set(
    moved.filter((change) => change.kind === kind).map(({ identity }) => keyOf(identity.slice(0, -1))),
  );
  return inOrderOf(kind, from, all, movedParents);
}

/** The list with removed objects back in it: each after the object that it follows in `from`. */
function withRestored<K extends Kind>(
  kind: K,
  from: readonly ObjectByKind[K][],
  kept: readonly ObjectByKind[K][],
  restored: readonly ObjectByKind[K][],
): readonly ObjectByKind[K][] {
  if (!restored.some((object) => hasPlace(kind, object))) return [...kept, ...restored];
  const isRestored = new Set(restored);
  const following = new Map<string, ObjectByKind[K][]>();
  let last = '';
  for (const object of from) {
    if (!isRestored.has(object)) {
      last = objectKey(kind, object);
      continue;
    }
    const run = following.get(last) ?? [];
    run.push(object);
    following.set(last, run);
  }
  const placed = kept.flatMap((object) => {
    const key = objectKey(kind, object);
    const after = following.get(key) ?? [];
    following.delete(key);
    return [object, ...after];
  });
  // These followed an object that is gone, or they followed no object.
  return [...[...following.values()].flat(), ...placed];
}

/** A copy with the fact that changed as it was before. */
function withFactOf<O extends AnyObject>(object: O, { fact, before }: ChangeOf<'changed'>): O {
  const { [fact]: _after, ...others } = fieldsOf(object);
  const value = fieldsOf(before)[fact];
  const copy: unknown = value === undefined ? others : { ...others, [fact]: value };
  return copy as O;
}

/** The list with the children of some parents in the order that they have in `from`; those that it lacks come last. */
function inOrderOf<K extends Kind>(
  kind: K,
  from: readonly ObjectByKind[K][],
  list: readonly ObjectByKind[K][],
  parents: ReadonlySet<string>,
): readonly ObjectByKind[K][] {
  if (parents.size === 0) return list;
  const isChild = (object: ObjectByKind[K]) => parents.has(keyOf(identityOf(kind, object).slice(0, -1)));
  const places = new Map(
    from
      .filter((object) => hasPlace(kind, object) && isChild(object))
      .map((object, place) => [objectKey(kind, object), place]),
  );
  const placeOf = (object: ObjectByKind[K]) => places.get(objectKey(kind, object)) ?? places.size;
  return [
    ...list.filter((object) => !isChild(object)),
    ...list.filter(isChild).sort((a, b) => placeOf(a) - placeOf(b)),
  ];
}
