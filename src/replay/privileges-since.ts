import type { Grant, Granted, Revocation } from '../schema/definition.js';

/** Those that all supported versions have. */
const ON_TABLES: readonly string[] = [
  'delete',
  'insert',
  'references',
  'select',
  'trigger',
  'truncate',
  'update',
];
/** Objects of other kinds have one privilege, so that `all` does not stand for several. */
const ON_OTHERS: Readonly<Partial<Record<string, readonly string[]>>> = {
  namespace: ['create', 'usage'],
  schemas: ['create', 'usage'],
  sequence: ['select', 'update', 'usage'],
  sequences: ['select', 'update', 'usage'],
};

/**
 * The privileges that were granted, and those that were revoked, since an earlier state of an object.
 *
 * @param of the kind of the object, or the objects of default privileges
 */
export function privilegesSince(was: Granted, is: Granted, of: string): Granted {
  const grants = beyond(was.grants ?? [], is.grants ?? [], keyOfGrant);
  const revokes = [
    ...beyond(was.revokes ?? [], is.revokes ?? [], ({ from }) => from),
    ...takenFromRoles(was.grants ?? [], is.grants ?? [], ON_OTHERS[of] ?? ON_TABLES),
  ];
  return { ...(grants.length > 0 && { grants }), ...(revokes.length > 0 && { revokes }) };
}

const keyOfGrant = ({ to, grantable }: Grant) => `${String(grantable)} ${to}`;

function beyond<T extends Grant | Revocation>(
  was: readonly T[],
  is: readonly T[],
  keyOf: (each: T) => string,
): T[] {
  const known = new Map(was.map((each) => [keyOf(each), each.privileges]));
  return is.flatMap((each) => {
    const before = known.get(keyOf(each)) ?? [];
    const privileges = before.includes('all')
      ? []
      : each.privileges.filter((privilege) => !before.includes(privilege));
    return privileges.length === 0 ? [] : [{ ...each, privileges }];
  });
}

/** The privileges that roles had and no longer have, with or without the grant option. */
function takenFromRoles(
  was: readonly Grant[],
  is: readonly Grant[],
  everything: readonly string[],
): Revocation[] {
  const roles = [...new Set(was.map(({ to }) => to))];
  return roles.flatMap((role): Revocation[] => {
    const [before, now] = [was, is].map(
      (grants) => new Set(grants.filter(({ to }) => to === role).flatMap(({ privileges }) => privileges)),
    );
    if (!before || now?.has('all')) return [];
    const privileges = [...before].filter((privilege) => now?.has(privilege) !== true);
    // Of all privileges, those that are left are not taken away.
    const taken =
      privileges.includes('all') && now && now.size > 0
        ? everything.filter((each) => !now.has(each))
        : privileges;
    return taken.length === 0 ? [] : [{ from: 'role', role, privileges: [...taken].sort() }];
  });
}
