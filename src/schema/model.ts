import { ALL_KINDS, KINDS, type AnyObject, type Kind, type ObjectByKind } from './kinds.js';

/** All objects of each kind, in canonical order. */
export type ObjectsByKind = { readonly [K in Kind]: readonly ObjectByKind[K][] };

/** A schema as plain data, without SQL and without Markdown. */
export interface Schema {
  /** The covered schemas (namespaces). The names of objects in the first one are not qualified. */
  readonly namespaces: readonly string[];
  readonly objects: ObjectsByKind;
}

/** Lists of objects that can still be changed. */
export type MutableObjects = { [K in Kind]: ObjectByKind[K][] };

/** An empty list for each kind. */
export function noObjects(): MutableObjects {
  return mapKinds(() => []) as MutableObjects;
}

/**
 * Makes the list of objects of each kind.
 *
 * @example
 * mapKinds((kind) => schema.objects[kind].filter((object) => isWanted(kind, object)));
 */
export function mapKinds(listOf: <K extends Kind>(kind: K) => readonly ObjectByKind[K][]): ObjectsByKind {
  const lists: Partial<Record<Kind, unknown>> = {};
  for (const kind of ALL_KINDS) lists[kind] = listOf(kind);
  // The signature of `listOf` guarantees that each list holds objects of its kind.
  return lists as ObjectsByKind;
}

/** The fields of an object, for code that treats all kinds alike. */
export const fieldsOf = (object: object) => object as Readonly<Record<string, unknown>>;

/** Compares by Unicode code point, as PostgreSQL's collation `C` does; never by locale. */
export function byCodePoint(a: string, b: string): number {
  if (a === b) return 0;
  // UTF-16 code units sort like code points, except surrogates, which encode the highest code points.
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left === right) continue;
    const leftHigh = left >= 0xd800 && left <= 0xdfff;
    const rightHigh = right >= 0xd800 && right <= 0xdfff;
    return leftHigh === rightHigh ? left - right : leftHigh ? 1 : -1;
  }
  return a.length - b.length;
}

/** Whether two lists have the same references, in the same order. */
export const isSameList = (a: readonly AnyObject[], b: readonly AnyObject[]): boolean =>
  a.length === b.length && a.every((object, at) => object === b[at]);

/** The identity of an object: the values of the identifying fields of its kind, those of the parent first. */
export function identityOf(kind: Kind, object: AnyObject): readonly string[] {
  const fields = fieldsOf(object);
  return KINDS[kind].identity.map((field) => stringOf(fields[field]));
}

/** The value of an identifying field. All of them are strings. */
const stringOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** A string that is unique for the object in its schema. */
export const objectKey = (kind: Kind, object: AnyObject): string =>
  keyOf([kind, ...identityOf(kind, object)]);

/** A list of strings as one string. Different lists give different strings. */
export function keyOf(values: readonly string[]): string {
  let key = '';
  for (const value of values) key += `${value.length}:${value}`;
  return key;
}

/** Whether the position of an object among its siblings is part of the schema. */
export function hasPlace(kind: Kind, object: AnyObject): boolean {
  return KINDS[kind].ordered?.(object as never) ?? false;
}

/** Compares two lists of strings, item by item. */
function byIdentity(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const order = byCodePoint(a[at] ?? '', b[at] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/**
 * The lists in canonical order: by schema in the order of `namespaces`, then by identity. Siblings whose order is part
 * of the schema keep it.
 */
export function canonical({ namespaces, objects }: Schema): Schema {
  return { namespaces, objects: mapKinds((kind) => inCanonicalOrder(kind, objects[kind], namespaces)) };
}

/** Objects with the same parent or without a parent, as indexes of a list. */
interface Siblings {
  readonly rank: number;
  readonly parent: readonly string[];
  readonly members: number[];
}

/**
 * The objects of one kind in canonical order. They are grouped by parent first, because sorting siblings is much faster.
 * @param places The positions of the objects among their siblings, if the list is not sorted.
 */
export function inCanonicalOrder<K extends Kind>(
  kind: K,
  objects: readonly ObjectByKind[K][],
  namespaces: readonly string[],
  places?: readonly number[],
): readonly ObjectByKind[K][] {
  const { identity } = KINDS[kind];
  const nameField = identity.at(-1) ?? '';
  const ordered: ObjectByKind[K][] = [];
  for (const { members } of familiesOf(objects, identity.slice(0, -1), namespaces)) {
    const siblings = members.map((at) => {
      const object = objects[at] as ObjectByKind[K];
      const name = hasPlace(kind, object) ? '' : stringOf(fieldsOf(object)[nameField]);
      return { object, name, place: places?.[at] ?? at };
    });
    if (siblings.length > 1) siblings.sort((a, b) => byCodePoint(a.name, b.name) || a.place - b.place);
    for (const { object } of siblings) ordered.push(object);
  }
  return ordered;
}

/** A tree of the values of the parent fields. */
interface Branch {
  readonly branches: Map<string | number, Branch>;
  siblings?: Siblings;
}

/** Groups objects by the fields of their parent, in the order of the parents. */
function familiesOf(
  objects: readonly AnyObject[],
  parentFields: readonly string[],
  namespaces: readonly string[],
): readonly Siblings[] {
  const ranks = new Map(namespaces.map((name, rank) => [name, rank]));
  const root: Branch = { branches: new Map() };
  const families: Siblings[] = [];
  let last: Siblings | undefined;
  for (const [at, object] of objects.entries()) {
    const fields = fieldsOf(object);
    const rank = fields.schema === undefined ? 0 : (ranks.get(stringOf(fields.schema)) ?? ranks.size);
    // Siblings mostly follow one another.
    if (last?.rank !== rank || !isParent(last.parent, parentFields, fields)) {
      let branch = branchOf(root, rank);
      for (const field of parentFields) branch = branchOf(branch, stringOf(fields[field]));
      if (!branch.siblings) {
        const parent = parentFields.map((field) => stringOf(fields[field]));
        families.push((branch.siblings = { rank, parent, members: [] }));
      }
      last = branch.siblings;
    }
    last.members.push(at);
  }
  return families.sort((a, b) => a.rank - b.rank || byIdentity(a.parent, b.parent));
}

function isParent(
  parent: readonly string[],
  parentFields: readonly string[],
  fields: Readonly<Record<string, unknown>>,
): boolean {
  for (let at = 0; at < parentFields.length; at++)
    if (stringOf(fields[parentFields[at] ?? '']) !== parent[at]) return false;
  return true;
}

function branchOf({ branches }: Branch, value: string | number): Branch {
  let branch = branches.get(value);
  if (!branch) branches.set(value, (branch = { branches: new Map() }));
  return branch;
}

/** The order of covered schemas: `public` first, the others by name. */
export function orderNamespaces(names: Iterable<string>): string[] {
  const sorted = [...new Set(names)].sort(byCodePoint);
  return sorted.includes('public') ? ['public', ...sorted.filter((name) => name !== 'public')] : sorted;
}
