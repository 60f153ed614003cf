import type { Grant } from '../schema/definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { byCodePoint, type ObjectsByKind } from '../schema/model.js';
import { sortedGrants } from './privileges.js';
import { withOwnerInHash, type UnmodelledWithOwner } from './kinds/unmodelled.js';

/** What an object may say of roles. */
interface RoleProperties {
  readonly owner?: string;
  /** Of default privileges and user mappings. */
  readonly role?: string;
  /** Of policies. */
  readonly roles?: readonly string[];
  readonly grants?: readonly Grant[];
}

/** The kinds whose objects have an owner. */
export const OWNED_KINDS: readonly Kind[] = ALL_KINDS.filter(
  (kind) => 'owner' in KINDS[kind].facts || kind === 'uncovered',
);

/** The owner of most objects: the role that runs the migrations, whatever its name is. */
export function usualOwner(objects: ObjectsByKind): string | undefined {
  const counts = new Map<string, number>();
  for (const kind of OWNED_KINDS)
    for (const { owner } of objects[kind] as readonly RoleProperties[])
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
  // Of two with as many objects it is the owner of the first one, so that their names do not matter.
  const [usual] = [...counts].sort(([, many], [, few]) => few - many);
  return usual?.[0];
}

/** Whether an object has a property with the name of a role. */
export function mentionsRole(object: AnyObject, name: string): boolean {
  const { owner, role, roles, grants } = object as RoleProperties;
  return (
    owner === name ||
    role === name ||
    roles?.includes(name) === true ||
    grants?.some(({ to, by }) => to === name || by === name) === true
  );
}

/**
 * An object without the name of the usual owner. What `CURRENT_USER` stands for in a migration is then the same for every
 * role that runs it: an owner is absent, and other properties have an empty name.
 * @param isNamed whether the schema to compare with names the role. Then properties other than owners keep its name.
 */
export function withoutUsualOwner(
  kind: Kind,
  object: AnyObject,
  usual: string | undefined,
  isNamed = false,
): AnyObject {
  if (usual === undefined || !mentionsRole(object, usual))
    return kind === 'uncovered' ? withOwnerInHash(object as UnmodelledWithOwner) : object;
  const { owner, role, roles, grants, ...others } = object as RoleProperties;
  const named = (name: string) => (name === usual && !isNamed ? '' : name);
  const changed: unknown = {
    ...others,
    ...(owner !== undefined && owner !== usual && { owner }),
    ...(role !== undefined && { role: kind === 'defaultPrivileges' && role === usual ? '' : named(role) }),
    ...(roles && { roles: roles.map(named).sort(byCodePoint) }),
    ...(grants && {
      grants: sortedGrants(
        grants.map(({ to, by, ...grant }) => ({
          ...grant,
          to: named(to),
          ...(by !== undefined && { by: named(by) }),
        })),
      ),
    }),
  };
  return changed as AnyObject;
}
