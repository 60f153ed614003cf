import { ALL_KINDS, type AnyObject, type Kind } from './kinds.js';
import { noObjects, type ObjectsByKind, type Schema } from './model.js';

/** A schema without the objects of namespaces that are not covered. What is in none stays. */
export function narrow(schema: Schema, covers: (namespace: string) => boolean): Schema {
  const isCovered = (kind: Kind, object: AnyObject) => {
    const home = namespaceOf(kind, object);
    return home === undefined || covers(home);
  };
  const objects = noObjects() as Record<Kind, AnyObject[]>;
  for (const kind of ALL_KINDS)
    objects[kind] = schema.objects[kind].filter((object) => isCovered(kind, object));
  return {
    namespaces: schema.namespaces.filter(covers),
    objects: objects as unknown as ObjectsByKind,
  };
}

/** The namespace that an object is, or is in. An extension is in none, wherever its objects are. */
export function namespaceOf(kind: Kind, object: AnyObject): string | undefined {
  const { schema, name } = object as { readonly schema?: string; readonly name?: string };
  if (kind === 'namespace') return name;
  return kind === 'extension' || schema === '' ? undefined : schema;
}
