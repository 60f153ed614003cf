import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { inCanonicalOrder, isSameList, type ObjectsByKind, type Schema } from '../schema/model.js';
import type { Share } from './incremental/shared-objects.js';
import { mentionsRole, OWNED_KINDS, usualOwner, withoutUsualOwner } from './usual-owner.js';
import { withoutRepeatedColumns } from '../schema/inherited-columns.js';

/** Removes redundant facts: the owner that most objects have, and what a partition only repeats from its parent. */
export const normalize = (schema: Schema, namedRoles?: ReadonlySet<string>, owner?: string): Schema =>
  createNormalizer(namedRoles, owner)(schema);

/**
 * Creates a `normalize` for consecutive schemas of one database: objects and lists that are the same references in
 * two schemas are the same references in the results.
 *
 * @param ownerOfMost the role to remove. Default: the owner of most objects of the schema.
 * @param share returns an equal object that is already known, if there is one. Default: none is known.
 */
export function createNormalizer(
  namedRoles: ReadonlySet<string> = new Set(),
  ownerOfMost?: string,
  share: Share = (_, object) => object,
): (schema: Schema) => Schema {
  let usual: string | undefined;
  let known = new WeakMap<AnyObject, AnyObject>();
  let last:
    { readonly from: ObjectsByKind; readonly to: ObjectsByKind; readonly columns: Columns } | undefined;
  const withoutUsual = (kind: Kind, object: AnyObject): AnyObject => {
    // Most objects of a large schema are columns, which have no owner.
    if (kind !== 'uncovered' && (usual === undefined || !mentionsRole(object, usual))) return object;
    const found = known.get(object);
    if (found) return found;
    const result = share(kind, withoutUsualOwner(kind, object, usual, namedRoles.has(usual ?? '')));
    known.set(object, result);
    return result;
  };
  return (schema) => {
    const isOwnedAsBefore =
      last !== undefined && OWNED_KINDS.every((kind) => last?.from[kind] === schema.objects[kind]);
    const owner = ownerOfMost ?? (isOwnedAsBefore ? usual : usualOwner(schema.objects));
    if (owner !== usual) [usual, known, last] = [owner, new WeakMap<AnyObject, AnyObject>(), undefined];
    const { objects: from } = schema;
    const to = mapKinds((kind) => {
      if (last?.from[kind] === from[kind]) return last.to[kind];
      if (!NAME_ROLES.has(kind)) return from[kind];
      const map = (object: AnyObject) => withoutUsual(kind, object);
      // The role is part of their identity.
      if (HAVE_ROLE.has(kind)) return inCanonicalOrder(kind, from[kind].map(map) as never, schema.namespaces);
      return mapChanged(from[kind], last && { from: last.from[kind], to: last.to[kind] }, map);
    });
    const result = withoutRepeatedColumns({ ...schema, objects: to });
    const { column } = result.objects;
    const columns = last && isSameList(last.columns, column) ? last.columns : column;
    last = { from, to, columns };
    return columns === column ? result : { ...result, objects: { ...result.objects, column: columns } };
  };
}

/** Kinds with properties that may be the name of the usual owner. */
const NAME_ROLES: ReadonlySet<Kind> = new Set(
  ALL_KINDS.filter((kind) => {
    const { facts, identity } = KINDS[kind];
    const has = (property: string) => property in facts || identity.some((field) => field === property);
    return kind === 'uncovered' || ['owner', 'role', 'roles', 'grants'].some(has);
  }),
);

/** Kinds that are identified by a role. */
const HAVE_ROLE: ReadonlySet<Kind> = new Set<Kind>(['defaultPrivileges', 'userMapping']);

/** Maps a list. What is at the beginning and the end of the list before as well was mapped with it. */
function mapChanged<O>(
  list: readonly O[],
  before: { readonly from: readonly O[]; readonly to: readonly O[] } = { from: [], to: [] },
  map: (object: O) => O,
): readonly O[] {
  const shorter = Math.min(list.length, before.from.length);
  let start = 0;
  while (start < shorter && list[start] === before.from[start]) start++;
  let end = 0;
  while (end < shorter - start && list[list.length - 1 - end] === before.from[before.from.length - 1 - end])
    end++;
  const changed = list.slice(start, list.length - end).map(map);
  return before.to.slice(0, start).concat(changed, before.to.slice(before.to.length - end));
}

type Columns = ObjectsByKind['column'];

function mapKinds(listOf: (kind: Kind) => readonly unknown[]): ObjectsByKind {
  const objects: unknown = Object.fromEntries(ALL_KINDS.map((kind) => [kind, listOf(kind)]));
  return objects as ObjectsByKind;
}
