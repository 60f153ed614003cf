import type { Grant, Revocation } from '../schema/definition.js';
import type { Cursor } from './cursor.js';
import {
  expression,
  field,
  identifier,
  listOf,
  partFor,
  type Codec,
  type Draft,
  type Part,
  type Scope,
} from './grammar.js';

/** Any number of complete list items about an object. */
export interface Items<O> {
  readonly print: (object: O, scope: Scope) => readonly string[];
  /** The part that prints a property. If each value has its own item, it prints all values. */
  readonly part: (fact: string) => Pick<Part<O>, 'value' | 'isPhrase'> | undefined;
  /** Parses one item into the object. Returns false and does not move the cursor if it is another kind of item. */
  readonly parse: (cursor: Cursor, object: Draft<O>, scope: Scope) => boolean;
}

/** Parts that have a line each. */
export function lineEach<O>(...parts: readonly Part<O>[]): Items<O> {
  return {
    print: (object, scope) => parts.map((part) => part.print(object, scope)).filter((line) => line !== ''),
    part: (fact) => partFor(parts, fact),
    parse: (cursor, object, scope) => parts.some((part) => part.parse(cursor, object, scope)),
  };
}

/** A list with a line for each of its values. */
export function itemEach<O, F extends keyof O & string, V>(
  name: O[F] extends readonly V[] | undefined ? F : never,
  codec: Codec<V>,
  before = '',
): Items<O> {
  const values = (object: O, scope: Scope) =>
    ((object[name] ?? []) as readonly V[]).map((value) => codec.print(value, scope));
  return {
    print: (object, scope) => values(object, scope).map((value) => before + value),
    part: (fact) =>
      fact === name ? { value: (object, scope) => values(object, scope).join('; ') } : undefined,
    parse: (cursor, object, scope) => {
      if (!cursor.take(before)) return false;
      const values = (object[name] ?? []) as readonly V[];
      Object.assign(object, { [name]: [...values, codec.parse(cursor, scope)] });
      return true;
    },
  };
}

/** Several sorts of items, in this order. */
export function allItems<O>(...sorts: readonly Items<O>[]): Items<O> {
  return {
    print: (object, scope) => sorts.flatMap((sort) => sort.print(object, scope)),
    part: (fact) => sorts.map((sort) => sort.part(fact)).find((part) => part !== undefined),
    parse: (cursor, object, scope) => sorts.some((sort) => sort.parse(cursor, object, scope)),
  };
}

const privilegeNames: Codec<readonly string[]> = listOf({
  print: (name) => name,
  parse: (cursor) => cursor.match(/[a-z]+(?: [a-z]+)*?(?=,| to | on | from )/) ?? cursor.fail('a privilege'),
});

/** A name in a code span, or a phrase for the empty name. */
export const nameOr = (phrase: string): Codec<string> => ({
  print: (name, scope) => (name === '' ? phrase : identifier.print(name, scope)),
  parse: (cursor, scope) => (cursor.take(phrase) ? '' : identifier.parse(cursor, scope)),
});

/** A role. The empty name is the owner of most objects. */
export const roleName = nameOr('the owner');

/** A role, or the bare word `public` for all roles. */
export const grantee: Codec<string> = {
  print: (role, scope) => (role === 'public' ? 'public' : roleName.print(role, scope)),
  parse: (cursor, scope) => (cursor.take('public') ? 'public' : roleName.parse(cursor, scope)),
};

interface Granted {
  readonly grants?: readonly Grant[];
  readonly revokes?: readonly Revocation[];
}

/** The privileges on an object, or on the named column of it. */
export function privilegeItems<O extends Granted>(column?: string): Items<O> {
  const target = (scope: Scope) =>
    column === undefined ? '' : ` on column ${identifier.print(column, scope)}`;
  return {
    print: ({ grants = [], revokes = [] }, scope) => [
      ...grants.map(
        ({ privileges, to, grantable, by }) =>
          `grant ${privilegeNames.print(privileges, scope)}${target(scope)} to ${grantee.print(to, scope)}${grantable ? ' with grant option' : ''}${by === undefined ? '' : ` granted by ${roleName.print(by, scope)}`}`,
      ),
      ...revokes.map(
        ({ privileges, from, role = '' }) =>
          `revoke ${privilegeNames.print(privileges, scope)}${target(scope)} from ${from === 'role' ? roleName.print(role, scope) : from}`,
      ),
    ],
    // Grants are compared by their grantee, and not as a string.
    part: () => undefined,
    parse: (cursor, object, scope) => {
      const draft: { grants?: readonly Grant[]; revokes?: readonly Revocation[] } = object as Granted;
      if (cursor.take('grant ')) {
        const privileges = privilegeNames.parse(cursor, scope);
        cursor.expect(`${target(scope)} to `);
        const to = grantee.parse(cursor, scope);
        const grantable = cursor.take(' with grant option') ? { grantable: true as const } : {};
        const by = cursor.take(' granted by ') ? { by: roleName.parse(cursor, scope) } : {};
        draft.grants = [...(draft.grants ?? []), { to, privileges, ...grantable, ...by }];
      } else if (cursor.take('revoke ')) {
        const privileges = privilegeNames.parse(cursor, scope);
        cursor.expect(`${target(scope)} from `);
        draft.revokes = [...(draft.revokes ?? []), { ...revokedFrom(cursor, scope), privileges }];
      } else {
        return false;
      }
      return true;
    },
  };
}

function revokedFrom(cursor: Cursor, scope: Scope): Pick<Revocation, 'from' | 'role'> {
  if (cursor.take('public')) return { from: 'public' };
  if (cursor.take('owner')) return { from: 'owner' };
  return { from: 'role', role: roleName.parse(cursor, scope) };
}

interface Common extends Granted {
  readonly owner?: string;
  readonly comment?: string;
}

/** What most objects may have: owner, privileges, comment. */
export function commonItems<O>(): Items<O> {
  const items = allItems<Common>(
    lineEach(field('owner', identifier, 'owner ')),
    privilegeItems(),
    lineEach(field('comment', expression, 'comment ')),
  );
  return items as Items<unknown>;
}
