import { RELATIONS } from './definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind, type ObjectByKind } from './kinds.js';
import { canonical, fieldsOf, mapKinds, type ObjectsByKind, type Schema } from './model.js';

/**
 * External objects are in a schema that the report does not cover, and stand in the report because the migrations created
 * or changed them there: a trigger on `auth.users` of Supabase. These are their kinds: those of objects in a schema.
 */
export const EXTERNAL_KINDS: readonly Kind[] = ALL_KINDS.filter(
  (kind) => KINDS[kind].identity[0] === 'schema',
);

/** Tells whether an object is in a schema that another schema's report does not cover. */
export function externalTo({
  namespaces,
}: Pick<Schema, 'namespaces'>): (kind: Kind, object: AnyObject) => boolean {
  const covered = new Set(namespaces);
  return (kind, object) => {
    const { schema } = fieldsOf(object);
    return EXTERNAL_KINDS.includes(kind) && typeof schema === 'string' && !covered.has(schema);
  };
}

/** The external objects of a schema. */
export function externalObjects(schema: Schema): ObjectsByKind {
  const isExternal = externalTo(schema);
  return mapKinds((kind) => schema.objects[kind].filter((object) => isExternal(kind, object)));
}

/** The schema without its external objects. */
export function withoutExternalObjects(schema: Schema): Schema {
  const isExternal = externalTo(schema);
  const objects = mapKinds((kind) => schema.objects[kind].filter((object) => !isExternal(kind, object)));
  return ALL_KINDS.every((kind) => objects[kind].length === schema.objects[kind].length)
    ? schema
    : { ...schema, objects };
}

/** The schema with further objects, which are external to it. */
export function withExternalObjects(schema: Schema, external: ObjectsByKind): Schema {
  if (ALL_KINDS.every((kind) => external[kind].length === 0)) return schema;
  const objects = mapKinds(<K extends Kind>(kind: K) => {
    const own: readonly ObjectByKind[K][] = schema.objects[kind];
    const others: readonly ObjectByKind[K][] = external[kind];
    return [...own, ...others];
  });
  return canonical({ ...schema, objects });
}

/** What has to be read of a database to compare it with external objects: schemas and kinds. */
export function placesOf(external: ObjectsByKind): {
  readonly namespaces: readonly string[];
  readonly kinds: readonly Kind[];
} {
  const kinds = EXTERNAL_KINDS.filter((kind) => external[kind].length > 0);
  const names = kinds.flatMap((kind) => external[kind].map((object) => String(fieldsOf(object).schema)));
  // The facts of an external table are those of a relation.
  const read = kinds.flatMap((kind): readonly Kind[] => (kind === 'externalTable' ? RELATIONS : [kind]));
  return { namespaces: [...new Set(names)], kinds: [...new Set(read)] };
}
