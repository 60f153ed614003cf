import { isDeepStrictEqual } from 'node:util';
import { RELATIONS, type ChangeClass, type FactClass } from './definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from './kinds.js';
import { fieldsOf, hasPlace, identityOf, keyOf, type Schema } from './model.js';
import { withExternalTablesOfBoth } from './external-tables.js';
import { withFirstSchemaOf } from './first-schema.js';
import { withImpliedOfBoth } from './implied-objects.js';
import { withColumnsOfBoth } from './inherited-columns.js';

/** The number of objects of each kind that another object contains. */
export type Contents = Readonly<Partial<Record<Kind, number>>>;

/** One difference between two schemas: an object that was added, removed or renamed, or a fact of it that changed. */
export type Change = {
  readonly kind: Kind;
  /**
   * The values of the fields `KINDS[kind].identity`: `['public', 'orders', 'total']` for a column. For a renamed
   * object, the new values.
   */
  readonly identity: readonly string[];
  /** The kind of the relation that contains the object, if one does. */
  readonly parentKind?: Kind;
  readonly class: ChangeClass;
} & (
  | { readonly type: 'added'; readonly after: AnyObject; readonly contents?: Contents }
  | { readonly type: 'removed'; readonly before: AnyObject; readonly contents?: Contents }
  /**
   * Set only if the rename is certain: the removed and the added object have the same facts, and no other object has
   * them.
   */
  | { readonly type: 'renamed'; readonly before: AnyObject; readonly after: AnyObject }
  | {
      readonly type: 'changed';
      /** A field of the object, or `order` if its place among its siblings changed. */
      readonly fact: string;
      readonly before: AnyObject;
      readonly after: AnyObject;
    }
);

/**
 * The changes between two schemas, in the order of `KINDS`, then of the objects. An object that is added or removed
 * together with its parent is not a separate change: it is counted in `contents`.
 *
 * @example
 * compare({ from: parse(before).schema, to: parse(after).schema });
 */
export function compare(schemas: { from: Schema; to: Schema }): readonly Change[] {
  const { from, to } = comparable(schemas);
  const changes = ALL_KINDS.flatMap((kind) =>
    compareKind(kind, { from: from.objects[kind], to: to.objects[kind] }),
  );
  const contents = new Map<string, Partial<Record<Kind, number>>>(
    changes.filter(bringsItsOwn).map(({ kind, identity }) => [keyOf([kind, ...identity]), {}]),
  );
  const isCounted = ({ type, kind, identity }: Change): boolean => {
    const { parents: kinds } = KINDS[kind];
    if (type === 'changed' || kinds === undefined) return false;
    const parent = identity.slice(0, -1);
    const inParent = kinds.map((each) => contents.get(keyOf([each, ...parent]))).find((found) => found);
    if (inParent) inParent[kind] = (inParent[kind] ?? 0) + 1;
    return inParent !== undefined;
  };
  const own = changes.filter((change) => !isCounted(change));
  const parentKindOf = parentKinds([to, from]);
  return own.map((change): Change => {
    const parentKind = parentKindOf(change);
    if (change.type !== 'added' && change.type !== 'removed')
      return parentKind === undefined ? change : { ...change, parentKind };
    const context = parentKind === undefined ? {} : { parentKind };
    const counts = contents.get(keyOf([change.kind, ...change.identity])) ?? {};
    return { ...change, ...context, ...(Object.keys(counts).length > 0 && { contents: counts }) };
  });
}

/** Two schemas in the same form: with the same objects if one schema implies what the other one contains. */
const comparable = ({ from, to }: { readonly from: Schema; readonly to: Schema }) =>
  withImpliedOfBoth(
    withExternalTablesOfBoth(withColumnsOfBoth({ from, to: withFirstSchemaOf({ from, to }) })),
  );

/** Finds the kind of the relation that contains the object of a change: one that neither schema has is external. */
function parentKinds(schemas: readonly Schema[]): (change: Change) => Kind | undefined {
  let kinds: Map<string, Kind> | undefined;
  const find = (): Map<string, Kind> =>
    new Map(
      RELATIONS.flatMap((kind) =>
        schemas.flatMap(({ objects }) =>
          objects[kind].map(({ schema, name }): [string, Kind] => [keyOf([schema, name]), kind]),
        ),
      ),
    );
  return ({ kind, identity }) => {
    if (KINDS[kind].parents !== RELATIONS) return undefined;
    kinds ??= find();
    return kinds.get(keyOf(identity.slice(0, -1))) ?? 'externalTable';
  };
}

/** Whether this change adds or removes the object together with its contents. */
function bringsItsOwn(change: Change): boolean {
  if (change.type !== 'changed') return true;
  const { kind, fact, before, after } = change;
  const isSet = (object: AnyObject) => fieldsOf(object)[fact] !== undefined;
  return KINDS[kind].inheritedFrom === fact && isSet(before) !== isSet(after);
}

/**
 * Two lists without the objects at their beginning and end that are the same references in both: consecutive readings
 * of
 * a database share what did not change. Siblings stay together, because their order may be a fact.
 */
function withoutCommonEnds(
  kind: Kind,
  { from, to }: { readonly from: readonly AnyObject[]; readonly to: readonly AnyObject[] },
) {
  if (from === to) return { from: [], to: [] };
  const parentFields = KINDS[kind].identity.slice(0, -1);
  const areSiblings = (a: AnyObject | undefined, b: AnyObject | undefined) =>
    a !== undefined &&
    b !== undefined &&
    parentFields.every((field) => fieldsOf(a)[field] === fieldsOf(b)[field]);
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  let end = 0;
  while (end < shorter - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  const last = from[start - 1];
  if (areSiblings(last, from[start]) || areSiblings(last, to[start]))
    while (start > 0 && areSiblings(from[start - 1], last)) start--;
  const first = end === 0 ? undefined : from.at(-end);
  if (areSiblings(first, from.at(-1 - end)) || areSiblings(first, to.at(-1 - end)))
    while (end > 0 && areSiblings(from.at(-end), first)) end--;
  return { from: from.slice(start, from.length - end), to: to.slice(start, to.length - end) };
}

type Facts = readonly (readonly [fact: string, factClass: FactClass<never>])[];

function compareKind(
  kind: Kind,
  all: { readonly from: readonly AnyObject[]; readonly to: readonly AnyObject[] },
): Change[] {
  const { from, to } = withoutCommonEnds(kind, all);
  if (from.length + to.length === 0) return [];
  const facts = Object.entries(KINDS[kind].facts);
  if (haveSameIdentities(kind, from, to))
    return from.flatMap((object, at) => compareFacts(kind, facts, object, to[at] ?? object));
  const before = byKey(kind, from);
  const after = byKey(kind, to);
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, object]) => object);
  const added = [...after].filter(([key]) => !before.has(key)).map(([, object]) => object);
  const renamed = detectRenames(kind, { removed, added, from, to });
  const newNames = new Map(renamed.map((pair) => [pair.before, pair]));
  const renamedTo = new Set(renamed.map((pair) => pair.after));
  const changes: Change[] = [];
  for (const [key, object] of before) {
    const counterpart = after.get(key);
    const rename = newNames.get(object);
    if (rename) {
      changes.push({
        type: 'renamed',
        kind,
        identity: identityOf(kind, rename.after),
        ...rename,
        class: KINDS[kind].renamed ?? 'behaviour',
      });
    } else if (counterpart) {
      changes.push(...compareFacts(kind, facts, object, counterpart));
    } else {
      changes.push({
        type: 'removed',
        kind,
        identity: identityOf(kind, object),
        before: object,
        class: classOf(KINDS[kind].removed, object),
      });
    }
  }
  for (const object of added.filter((candidate) => !renamedTo.has(candidate))) {
    changes.push({
      type: 'added',
      kind,
      identity: identityOf(kind, object),
      after: object,
      class: classOf(KINDS[kind].added, object),
    });
  }
  if (!isSameOrder([...before.keys()], [...after.keys()]))
    changes.push(...compareOrder(kind, from, to, renamed));
  return changes;
}

/** Whether two lists have the same objects in the same order. Then they need not be looked up. */
function haveSameIdentities(kind: Kind, from: readonly AnyObject[], to: readonly AnyObject[]): boolean {
  const { identity } = KINDS[kind];
  return (
    from.length === to.length &&
    from.every((object, at) => {
      const [left, right] = [fieldsOf(object), fieldsOf(to[at] ?? object)];
      return left === right || identity.every((field) => left[field] === right[field]);
    })
  );
}

function compareFacts(kind: Kind, facts: Facts, before: AnyObject, after: AnyObject): Change[] {
  if (before === after) return [];
  const left = fieldsOf(before);
  const right = fieldsOf(after);
  const changes: Change[] = [];
  for (const [fact, factClass] of facts) {
    const was = left[fact];
    const is = right[fact];
    if (was === is || areEqualObjects(was, is)) continue;
    const changeClass =
      typeof factClass === 'function' ? factClass(was as undefined, is as undefined) : factClass;
    const identity = identityOf(kind, after);
    changes.push({ type: 'changed', kind, identity, fact, before, after, class: changeClass });
  }
  return changes;
}

/** Most facts are strings, which need no deep comparison. */
const areEqualObjects = (a: unknown, b: unknown) =>
  typeof a === 'object' && typeof b === 'object' && isDeepStrictEqual(a, b);

/** The objects of a kind before and after, and the removed and added ones. */
interface AddedObjects {
  readonly removed: readonly AnyObject[];
  readonly added: readonly AnyObject[];
  readonly from: readonly AnyObject[];
  readonly to: readonly AnyObject[];
}

const isSameOrder = (before: readonly string[], after: readonly string[]) =>
  before.length === after.length && before.every((key, at) => key === after[at]);

/**
 * Pairs of a removed and an added object with the same parent and the same facts, which no third object has. If the
 * order is a fact, both objects must also have the same position, but not the last one, because new objects appear
 * there.
 */
function detectRenames(kind: Kind, { removed, added, from, to }: AddedObjects) {
  if (KINDS[kind].renamed === undefined || removed.length === 0 || added.length === 0) return [];
  const places = new Map([...placesOf(kind, from), ...placesOf(kind, to)]);
  const groups = new Map<string, { removed: AnyObject[]; added: AnyObject[] }>();
  const group = (object: AnyObject) => {
    const facts = fieldsOf(object);
    const parent = identityOf(kind, object).slice(0, -1);
    const values = Object.keys(KINDS[kind].facts).map((fact) => facts[fact] ?? null);
    const key = JSON.stringify([parent, places.get(object) ?? null, values]);
    const found = groups.get(key) ?? { removed: [], added: [] };
    groups.set(key, found);
    return found;
  };
  for (const object of removed) if (places.get(object) !== 'last') group(object).removed.push(object);
  for (const object of added) if (places.get(object) !== 'last') group(object).added.push(object);
  return [...groups.values()].flatMap(({ removed: [before, ...others], added: [after, ...rest] }) =>
    before && after && others.length + rest.length === 0 ? [{ before, after }] : [],
  );
}

/** The position of each object among its siblings, for kinds whose order is a fact. */
function placesOf(kind: Kind, objects: readonly AnyObject[]): ReadonlyMap<AnyObject, number | 'last'> {
  const families = siblings(kind, placed(kind, objects), (object) => identityOf(kind, object)).values();
  return new Map(
    [...families].flatMap((family) =>
      [...family.values()].map((object, at) => [object, at === family.size - 1 ? 'last' : at] as const),
    ),
  );
}

/** A change in the order of the siblings that both schemas have, reported once per parent. */
function compareOrder(
  kind: Kind,
  from: readonly AnyObject[],
  to: readonly AnyObject[],
  renamed: readonly { before: AnyObject; after: AnyObject }[],
): Change[] {
  const names = new Map(renamed.map(({ before, after }) => [before, identityOf(kind, after)]));
  const left = siblings(kind, placed(kind, from), (object) => names.get(object) ?? identityOf(kind, object));
  const right = siblings(kind, placed(kind, to), (object) => identityOf(kind, object));
  return [...right].flatMap(([parent, after]): Change[] => {
    const before = left.get(parent);
    if (!before) return [];
    const common = [...before.keys()].filter((name) => after.has(name));
    const now = [...after.keys()].filter((name) => before.has(name));
    const moved = now.find((name, at) => name !== common[at]);
    if (moved === undefined) return [];
    const objects = { before: before.get(moved), after: after.get(moved) };
    if (!objects.before || !objects.after) return [];
    return [
      {
        type: 'changed',
        kind,
        identity: identityOf(kind, objects.after),
        fact: 'order',
        before: objects.before,
        after: objects.after,
        class: 'order',
      },
    ];
  });
}

const placed = (kind: Kind, objects: readonly AnyObject[]) =>
  objects.filter((object) => hasPlace(kind, object));

function siblings(
  kind: Kind,
  objects: readonly AnyObject[],
  identity: (object: AnyObject) => readonly string[],
) {
  const families = new Map<string, Map<string, AnyObject>>();
  for (const object of objects) {
    const full = identity(object);
    const parent = keyOf(full.slice(0, -1));
    const family = families.get(parent) ?? new Map<string, AnyObject>();
    family.set(full.at(-1) ?? '', object);
    families.set(parent, family);
  }
  return families;
}

function byKey(kind: Kind, objects: readonly AnyObject[]): Map<string, AnyObject> {
  return new Map(objects.map((object) => [keyOf(identityOf(kind, object)), object]));
}

function classOf(value: ChangeClass | ((object: never) => ChangeClass), object: AnyObject): ChangeClass {
  return typeof value === 'function' ? value(object as never) : value;
}
