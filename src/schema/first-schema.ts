import type { AnyObject, Kind } from './kinds.js';
import { ALL_KINDS, KINDS } from './kinds.js';
import { identityOf, keyOf, mapKinds, type Schema } from './model.js';

/**
 * The second of two schemas, formatted as the first. Expressions and types name the objects of a schema's first
 * namespace without qualification, so an object reads differently if another namespace becomes the first. Each property
 * that differs in nothing else gets the value that it has in `from`.
 */
export function withFirstSchemaOf({ from, to }: { readonly from: Schema; readonly to: Schema }): Schema {
  const [home, other] = [from.namespaces[0], to.namespaces[0]];
  if (home === undefined || other === undefined || home === other) return to;
  const isSame = sameText(
    { home, names: objectsOf(from, home) },
    { home: other, names: objectsOf(to, other) },
  );
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

/** The names of the objects in a namespace that an expression can refer to. */
const objectsOf = ({ objects }: Schema, namespace: string): ReadonlySet<string> =>
  new Set(
    ALL_KINDS.filter((kind) => KINDS[kind].identity[1] === 'name').flatMap((kind) =>
      (objects[kind] as readonly AnyObject[]).flatMap((object) => {
        const [schema, name = ''] = identityOf(kind, object);
        return schema === namespace ? [name] : [];
      }),
    ),
  );

/** The identity of an object without qualification in the types that it consists of. */
function looseKey(kind: Kind, object: AnyObject, homes: readonly string[]): string {
  const strip = homes.map(withoutQualifier);
  return keyOf(
    identityOf(kind, object).map((part, at) =>
      TYPED.has(KINDS[kind].identity[at] ?? '') ? strip.reduce((text, change) => change(text), part) : part,
    ),
  );
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
  // Bare, such a name is one object in the first schema and another one in the second.
  const isAmbiguous = (name: string) => from.names.has(name) && to.names.has(name);
  const [stripFrom, stripTo] = [withoutQualifier(to.home), withoutQualifier(from.home)];
  return (before, after) => {
    if (before === after) return true;
    const text = stripFrom(before);
    return text === stripTo(after) && !namesIn(text).some(isAmbiguous);
  };
}

/** Removes the name of a namespace before the names of objects, and what PostgreSQL puts around a qualified operator. */
function withoutQualifier(namespace: string): (text: string) => string {
  const name = printed(namespace).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  const operator = new RegExp(`OPERATOR\\(${name}\\.([^)]+)\\)`, 'g');
  const qualifier = new RegExp(`(?<![\\p{L}\\p{N}_$".])${name}\\.`, 'gu');
  return (text) => text.replace(operator, '$1').replace(qualifier, '');
}

const namesIn = (text: string): readonly string[] => text.match(/[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];

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
