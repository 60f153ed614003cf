import { RELATIONS } from './definition.js';
import { ALL_KINDS, KINDS, type AnyObject, type Kind, type ObjectByKind } from './kinds.js';
import type { ExternalObject } from './kinds/external-object.js';
import { canonical, fieldsOf, identityOf, mapKinds, type ObjectsByKind, type Schema } from './model.js';

/**
 * External objects are in a schema that the report does not cover, and stand in the report because the migrations created
 * or changed them there: a trigger on `auth.users` of Supabase. These are their kinds: those of objects in a schema.
 */
export const EXTERNAL_KINDS: readonly Kind[] = ALL_KINDS.filter((kind) =>
  KINDS[kind].identity.includes('schema'),
);

/** Tells whether an object is in a schema that another schema's report does not cover. */
export function externalTo({
  namespaces,
}: Pick<Schema, 'namespaces'>): (kind: Kind, object: AnyObject) => boolean {
  const covered = new Set(namespaces);
  return (kind, object) => {
    const { schema } = fieldsOf(object);
    // Default privileges may be those in every schema.
    return (
      EXTERNAL_KINDS.includes(kind) && typeof schema === 'string' && schema !== '' && !covered.has(schema)
    );
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
  const read = kinds.flatMap((kind): readonly Kind[] => {
    if (kind === 'externalTable') return RELATIONS;
    return kind === 'externalObject' ? external.externalObject.flatMap(kindsOfType) : [kind];
  });
  return { namespaces: [...new Set(names)], kinds: [...new Set(read)] };
}

const kindsOfType = ({ type }: ExternalObject): readonly Kind[] =>
  PLACED_KINDS.filter((kind) => KINDS[kind].noun === type);

/** The kinds of objects that an `ExternalObject` may be about. Extensions and schemas are not in a schema themselves. */
export const PLACED_KINDS: readonly Kind[] = [
  'namespace',
  'extension',
  ...EXTERNAL_KINDS.filter(
    (kind) => !['externalTable', 'externalObject', 'defaultPrivileges'].includes(kind),
  ),
];

/** Where an object is, and its name: the identity of an `ExternalObject`. */
export function placeOf(kind: Kind, object: AnyObject): ExternalObject {
  const type = KINDS[kind].noun;
  const [first = '', second = '', ...others] = identityOf(kind, object);
  if (kind === 'namespace') return { schema: first, type, parent: '', name: '', arguments: '' };
  if (kind === 'extension')
    return { schema: String(fieldsOf(object).schema), type, parent: '', name: first, arguments: '' };
  if (KINDS[kind].parents !== undefined || kind === 'domainConstraint')
    return { schema: first, type, parent: second, name: others[0] ?? '', arguments: '' };
  return { schema: first, type, parent: '', name: second, arguments: others.join(', ') };
}
