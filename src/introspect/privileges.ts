import type { Grant, Granted, Revocation } from '../schema/definition.js';
import { byCodePoint } from '../schema/model.js';

interface AclItem {
  /** An OID; JSON has it as a string. */
  readonly grantee: string;
  readonly role: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
  /** The grantor, if it is not the owner. */
  readonly by: string | null;
}

/** The result of `fragments.privileges`. */
export interface AclRow {
  readonly owner: string;
  /** True if the list only contains additions to existing privileges, and no defaults. */
  readonly additive: boolean;
  readonly granted: readonly AclItem[] | null;
  readonly initial: readonly AclItem[] | null;
  /** What the owner has by default: every privilege that there is on such an object. */
  readonly all: readonly AclItem[] | null;
}

const PUBLIC = '0';

/**
 * The grants beyond PostgreSQL's default, and what of the default was taken away. Every privilege that there
 * is on such an object reads `all`: servers from 17 on know one more than those before.
 */
export function privilegesOf(acl: AclRow | null): Granted {
  if (acl === null) return {};
  const granted = acl.granted ?? [];
  const initial = acl.initial ?? [];
  const everything = new Set(
    (acl.all ?? []).filter(({ grantee }) => grantee === acl.owner).map(({ privilege }) => privilege),
  );
  const has = (items: readonly AclItem[], one: AclItem) =>
    items.some(({ grantee, privilege }) => grantee === one.grantee && privilege === one.privilege);
  const grants = group(
    granted.filter(
      (item) => (acl.additive || item.grantee !== acl.owner) && !(has(initial, item) && !item.grantable),
    ),
    everything,
  );
  const gone = initial.filter((item) => !has(granted, item));
  const revokes = [
    { from: 'public' as const, items: gone.filter(({ grantee }) => grantee === PUBLIC) },
    {
      from: 'owner' as const,
      items: gone.filter(({ grantee }) => grantee === acl.owner && grantee !== PUBLIC),
    },
  ]
    .filter(({ items }) => items.length > 0)
    .map(({ from, items }): Revocation => ({ from, privileges: names(items, everything) }));
  return { ...(grants.length > 0 ? { grants } : {}), ...(revokes.length > 0 ? { revokes } : {}) };
}

/** Grants in their canonical order. */
export const sortedGrants = (grants: readonly Grant[]): readonly Grant[] =>
  [...grants].sort((a, b) => byCodePoint(orderOf(a), orderOf(b)));

const orderOf = ({ to, grantable, by }: Grant) => JSON.stringify([to, grantable === true, by ?? null]);

function group(items: readonly AclItem[], everything: ReadonlySet<string>): readonly Grant[] {
  const groups = new Map<string, AclItem[]>();
  for (const item of items) {
    const key = JSON.stringify([item.role ?? 'public', item.grantable, item.by]);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return sortedGrants(
    [...groups.entries()].map(([key, members]): Grant => {
      const [to, grantable, by] = JSON.parse(key) as [string, boolean, string | null];
      return {
        to,
        privileges: names(members, everything),
        ...(grantable && { grantable: true }),
        ...(by !== null && { by }),
      };
    }),
  );
}

function names(items: readonly AclItem[], everything: ReadonlySet<string>): readonly string[] {
  const privileges = [...new Set(items.map(({ privilege }) => privilege))].sort(byCodePoint);
  return privileges.length > 1 && privileges.length === everything.size ? ['all'] : privileges;
}
