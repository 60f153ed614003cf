import { ALL_KINDS, type AnyObject, type Kind } from './kinds.js';
import { canonical, noObjects, type ObjectsByKind, type Schema } from './model.js';

/**
 * The schema with one of its namespaces called otherwise: to compare a tenant's with the one that a report describes.
 * Text in which PostgreSQL or somebody's code spells the name out keeps it.
 */
export function renameNamespace(schema: Schema, from: string, to: string): Schema {
  if (from === to) return schema;
  const objects = noObjects() as Record<Kind, AnyObject[]>;
  for (const kind of ALL_KINDS)
    objects[kind] = schema.objects[kind].map((object) => renamed(object, from, to) as AnyObject);
  objects.namespace = objects.namespace.map((object) =>
    'name' in object && object.name === from ? { ...object, name: to } : object,
  );
  return canonical({
    namespaces: schema.namespaces.map((name) => (name === from ? to : name)),
    objects: objects as unknown as ObjectsByKind,
  });
}

/** Wherever a field says in which schema something is. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, from, to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => {
      if (field === 'schema' && inner === from) return [field, to];
      if (field === 'schemas' && Array.isArray(inner))
        return [field, inner.map((each: unknown) => (each === from ? to : each))];
      return [field, renamed(inner, from, to)];
    }),
  );
}
