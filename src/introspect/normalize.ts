import type { DefaultPrivileges } from '../schema/kinds/default-privileges.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { byCodePoint, inCanonicalOrder, type ObjectsByKind, type Schema } from '../schema/model.js';
import { withOwnerInHash, type UnmodelledWithOwner } from './kinds/unmodelled.js';
import { withoutRepeatedColumns } from '../schema/inherited-columns.js';

/** Removes redundant facts: the owner that most objects have, and what a partition only repeats from its parent. */
export const normalize = (schema: Schema): Schema => createNormalizer()(schema);

/**
 * Creates a `normalize` for consecutive schemas of one database: objects and lists that are the same references in
 * two schemas are the same references in the results.
 */
export function createNormalizer(): (schema: Schema) => Schema {
  let usual: string | undefined;
  let known = new WeakMap<AnyObject, AnyObject>();
  let last:
    { readonly from: ObjectsByKind; readonly to: ObjectsByKind; readonly columns: Columns } | undefined;
  const withoutUsual = (kind: Kind, object: AnyObject): AnyObject => {
    const found = known.get(object);
    if (found) return found;
    const result = withoutUsualOwner(kind, object, usual);
    known.set(object, result);
    return result;
  };
  return (schema) => {
    const owner = usualOwner(schema.objects);
    if (owner !== usual) [usual, known, last] = [owner, new WeakMap<AnyObject, AnyObject>(), undefined];
    const { objects: from } = schema;
    const to = mapKinds((kind) => {
      if (last?.from[kind] === from[kind]) return last.to[kind];
      const list = (from[kind] as readonly AnyObject[]).map((object) => withoutUsual(kind, object));
      // The role is part of their identity.
      return kind === 'defaultPrivileges' ? inCanonicalOrder(kind, list as never, schema.namespaces) : list;
    });
    const result = withoutRepeatedColumns({ ...schema, objects: to });
    const { column } = result.objects;
    const columns = last && isSameList(last.columns, column) ? last.columns : column;
    last = { from, to, columns };
    return columns === column ? result : { ...result, objects: { ...result.objects, column: columns } };
  };
}

type Columns = ObjectsByKind['column'];

const isSameList = (a: readonly AnyObject[], b: readonly AnyObject[]) =>
  a.length === b.length && a.every((object, at) => object === b[at]);

interface Owned {
  readonly owner?: string;
}

function usualOwner(objects: ObjectsByKind): string | undefined {
  const counts = new Map<string, number>();
  for (const kind of ALL_KINDS) {
    if (!('owner' in KINDS[kind].facts) && kind !== 'uncovered') continue;
    for (const { owner } of objects[kind] as readonly Owned[])
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const [usual] = [...counts].sort(([a, many], [b, few]) => few - many || byCodePoint(a, b));
  return usual?.[0];
}

function withoutUsualOwner(kind: Kind, object: AnyObject, usual: string | undefined): AnyObject {
  if (kind === 'defaultPrivileges' && (object as DefaultPrivileges).role === usual)
    return { ...(object as DefaultPrivileges), role: '' };
  const { owner, ...others } = object as Owned;
  if (owner === undefined) return object;
  if (owner === usual) return others as AnyObject;
  return kind === 'uncovered' ? withOwnerInHash(object as UnmodelledWithOwner) : object;
}

function mapKinds(listOf: (kind: Kind) => readonly unknown[]): ObjectsByKind {
  const objects: unknown = Object.fromEntries(ALL_KINDS.map((kind) => [kind, listOf(kind)]));
  return objects as ObjectsByKind;
}
