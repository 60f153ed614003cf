import type { ObjectByKind } from './kinds.js';
import { canonical, mapKinds, type Schema } from './model.js';

/**
 * Renames a namespace of the schema, to compare a tenant schema with the report of another one. Expressions and
 * function bodies that contain the old name are not changed.
 */
export function renameNamespace(schema: Schema, from: string, to: string): Schema {
  if (from === to) return schema;
  const objects = mapKinds((kind) => schema.objects[kind].map((object) => renamed(object, from, to)));
  return canonical({
    namespaces: schema.namespaces.map((name) => (name === from ? to : name)),
    objects: {
      ...objects,
      namespace: objects.namespace.map((object: ObjectByKind['namespace']) =>
        object.name === from ? { ...object, name: to } : object,
      ),
    },
  });
}

/** Replaces the name in every field of an object that contains the name of a schema. */
const renamed = <O extends object>(object: O, from: string, to: string): O =>
  renamedValue(object, from, to) as O;

function renamedValue(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamedValue(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]: [string, unknown]) => {
      if (field === 'schema' && inner === from) return [field, to];
      if (field === 'schemas' && Array.isArray(inner))
        return [field, inner.map((each: unknown) => (each === from ? to : each))];
      return [field, renamedValue(inner, from, to)];
    }),
  );
}
