import { ALL_KINDS, type AnyObject, type Kind, type ObjectByKind } from './kinds.js';
import { mapKinds, noObjects, type MutableObjects, type Schema } from './model.js';

/** The schema without the objects of the namespaces that are not included. Objects without a namespace are kept. */
export function selectNamespaces(schema: Schema, includes: (namespace: string) => boolean): Schema {
  const isIncluded = (kind: Kind, object: AnyObject) => {
    const namespace = namespaceOf(kind, object);
    return namespace === undefined || includes(namespace);
  };
  return {
    namespaces: schema.namespaces.filter(includes),
    objects: mapKinds((kind) => schema.objects[kind].filter((object) => isIncluded(kind, object))),
  };
}

/** Splits a schema into one schema per namespace. An object without a namespace belongs to all of them. */
export function splitNamespaces({ namespaces, objects }: Schema): ReadonlyMap<string, Schema> {
  const parts = new Map(namespaces.map((name) => [name, noObjects()]));
  for (const kind of ALL_KINDS) distribute(kind, objects[kind], parts);
  return new Map([...parts].map(([name, part]) => [name, { namespaces: [name], objects: part }]));
}

function distribute<K extends Kind>(
  kind: K,
  objects: readonly ObjectByKind[K][],
  parts: ReadonlyMap<string, MutableObjects>,
): void {
  for (const object of objects) {
    const namespace = namespaceOf(kind, object);
    if (namespace !== undefined) parts.get(namespace)?.[kind].push(object);
    else for (const part of parts.values()) part[kind].push(object);
  }
}

/** The namespace of an object, or the object itself if it is a namespace. Extensions do not have one. */
function namespaceOf(kind: Kind, object: AnyObject): string | undefined {
  const { schema, name } = object as { readonly schema?: string; readonly name?: string };
  if (kind === 'namespace') return name;
  return kind === 'extension' || schema === '' ? undefined : schema;
}
