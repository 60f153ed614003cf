import type { Grant, Granted, Revocation } from '../../schema/definition.js';

/**
 * The difference in the privileges on an object, as sentences: `granted SELECT to reader; revoked INSERT from writer`.
 *
 * @param fact the privileges that were granted, or those that PostgreSQL grants by default and that were taken away
 */
export function describePrivileges(fact: 'grants' | 'revokes', before: Granted, after: Granted): string {
  const sentences =
    fact === 'grants'
      ? grantSentences(before.grants ?? [], after.grants ?? [])
      : revocationSentences(before.revokes ?? [], after.revokes ?? []);
  return sentences.join('; ');
}

function grantSentences(before: readonly Grant[], after: readonly Grant[]): string[] {
  const option = ({ grantable, by }: Grant) =>
    `${grantable ? ' with grant option' : ''}${by === undefined ? '' : ` (granted by ${roleText(by)})`}`;
  const itemsOf = (verb: string, preposition: string, grants: readonly Grant[], others: readonly Grant[]) =>
    grants.flatMap((grant) => {
      const same = others.filter(
        ({ to, grantable, by }) => to === grant.to && grantable === grant.grantable && by === grant.by,
      );
      const privileges = without(
        grant.privileges,
        same.flatMap((other) => other.privileges),
      );
      return privileges.length === 0
        ? []
        : [`${verb} ${listOf(privileges)} ${preposition} ${roleText(grant.to)}${option(grant)}`];
    });
  return [...itemsOf('revoked', 'from', before, after), ...itemsOf('granted', 'to', after, before)];
}

function revocationSentences(before: readonly Revocation[], after: readonly Revocation[]): string[] {
  const itemsOf = (verb: string, revocations: readonly Revocation[], others: readonly Revocation[]) =>
    revocations.flatMap(({ from, role, privileges }) => {
      const same = others
        .filter((other) => other.from === from && other.role === role)
        .flatMap((other) => other.privileges);
      const own = without(privileges, same);
      const name = role === undefined ? from : roleText(role);
      return own.length === 0 ? [] : [`${verb} ${listOf(own)} ${verb === 'granted' ? 'to' : 'from'} ${name}`];
    });
  return [...itemsOf('granted', before, after), ...itemsOf('revoked', after, before)];
}

const without = (all: readonly string[], some: readonly string[]) =>
  all.filter((each) => !some.includes(each));

/** A role in words. The empty name is the owner of most objects. */
const roleText = (role: string) => (role === '' ? 'the owner' : role);

/** `INSERT, SELECT`. */
const listOf = (privileges: readonly string[]) => privileges.join(', ').toUpperCase();
