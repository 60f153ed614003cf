import type { AnyObject, Kind } from './kinds.js';
import { ALL_KINDS, KINDS } from './kinds.js';
import { fieldsOf, identityOf, keyOf, mapKinds, type Schema } from './model.js';

/**
 * The second of two schemas, formatted as the first. Expressions and types name the objects of a schema's first
 * namespace without qualification, so an object reads differently if another namespace becomes the first. Each property
 * that differs in nothing else gets the value that it has in `from`.
 */
export function withFirstSchemaOf({ from, to }: { readonly from: Schema; readonly to: Schema }): Schema {
  const [home, other] = [from.namespaces[0], to.namespaces[0]];
  if (home === undefined || other === undefined || home === other) return to;
  const isSame = sameText({ home, names: namesIn(from, home) }, { home: other, names: namesIn(to, other) });
  return {
    ...to,
    objects: mapKinds((kind) => {
      const known = new Map(
        from.objects[kind].map((object: AnyObject) => [looseKey(kind, object, [home, other]), object]),
      );
      return to.objects[kind].map((object) => {
        const counterpart = known.get(looseKey(kind, object, [home, other]));
        return counterpart ? (reworded(object, counterpart, isSame) as typeof object) : object;
      });
    }),
  };
}

/** The names of the objects in a namespace. */
const namesIn = ({ objects }: Schema, namespace: string): ReadonlySet<string> =>
  new Set(
    ALL_KINDS.flatMap((kind) =>
      (objects[kind] as readonly AnyObject[]).flatMap((object) => {
        const { schema, name } = fieldsOf(object);
        return schema === namespace && typeof name === 'string' ? [name] : [];
      }),
    ),
  );

/** The identity of an object without qualification in the types of a routine's arguments. */
function looseKey(kind: Kind, object: AnyObject, homes: readonly string[]): string {
  const [schema = '', ...others] = identityOf(kind, object);
  const hasTypes = KINDS[kind].identity.some((field) => TYPED.has(field));
  return keyOf([
    schema,
    ...(hasTypes
      ? others.map((text) => homes.reduce((left, home) => left.replaceAll(`${printed(home)}.`, ''), text))
      : others),
  ]);
}

/** A name as PostgreSQL prints it. */
const printed = (name: string) =>
  /^[a-z_][a-z0-9_$]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;

/** Parts of an identity that PostgreSQL prints as types. */
const TYPED: ReadonlySet<string> = new Set(['arguments', 'left', 'right', 'source', 'target']);

interface Side {
  readonly home: string;
  readonly names: ReadonlySet<string>;
}

type IsSame = (before: string, after: string) => boolean;

/** Whether two strings differ in nothing but qualification with one of two namespaces. */
function sameText(from: Side, to: Side): IsSame {
  const areSameToken = (before: string, after: string): boolean => {
    if (before === after) return !(from.names.has(before) && to.names.has(after));
    return after === `${printed(from.home)}.${before}` || before === `${printed(to.home)}.${after}`;
  };
  return (before, after) => {
    if (before === after) return true;
    const [left, right] = [tokensOf(before), tokensOf(after)];
    return left.length === right.length && left.every((token, at) => areSameToken(token, right[at] ?? ''));
  };
}

/** Names with their qualification, and every other character. Quoted names are as PostgreSQL prints them. */
const tokensOf = (text: string): readonly string[] =>
  text.match(
    /(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*)(?:\.(?:"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*))*|[^]/gu,
  ) ?? [];

/** The object with each value of its counterpart that is the same. */
function reworded(object: unknown, counterpart: unknown, isSame: IsSame): unknown {
  if (typeof object === 'string' && typeof counterpart === 'string')
    return isSame(counterpart, object) ? counterpart : object;
  if (Array.isArray(object) && Array.isArray(counterpart)) {
    return object.length === counterpart.length
      ? object.map((each, at) => reworded(each, counterpart[at], isSame))
      : object;
  }
  if (!isObject(object) || !isObject(counterpart)) return object;
  return Object.fromEntries(
    Object.entries(object).map(([field, value]) => [field, reworded(value, counterpart[field], isSame)]),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
