import { ALL_KINDS, type AnyObject, type Kind } from './kinds.js';
import { noObjects, type ObjectsByKind, type Schema } from './model.js';
import { namespaceOf } from './select-namespaces.js';

/** A schema for each namespace of one that covers many. What is in none belongs to all of them. */
export function splitNamespaces({ namespaces, objects }: Schema): ReadonlyMap<string, Schema> {
  const parts = new Map(namespaces.map((name) => [name, noObjects() as Record<Kind, AnyObject[]>]));
  for (const kind of ALL_KINDS) {
    for (const object of objects[kind] as readonly AnyObject[]) {
      const home = namespaceOf(kind, object);
      if (home !== undefined) parts.get(home)?.[kind].push(object);
      else for (const part of parts.values()) part[kind].push(object);
    }
  }
  return new Map(
    [...parts].map(([name, part]) => [
      name,
      { namespaces: [name], objects: part as unknown as ObjectsByKind },
    ]),
  );
}
