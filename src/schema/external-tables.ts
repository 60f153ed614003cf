import { KINDS, type AnyObject, type Kind } from './kinds.js';
import { fieldsOf, identityOf, inCanonicalOrder, objectKey, type Schema } from './model.js';

/** What the migrations changed of objects that they did not create. Without facts, there is nothing to compare. */
const KINDS_OF_FACTS = ['externalTable', 'externalObject'] as const satisfies readonly Kind[];

/**
 * Two schemas that have the same external tables and objects: one without facts is the same as none, so each schema gets
 * those that only the other one has. Their facts then change; they are never added or removed.
 */
export function withExternalTablesOfBoth({ from, to }: { readonly from: Schema; readonly to: Schema }) {
  return { from: withExternalTablesOf(to, from), to: withExternalTablesOf(from, to) };
}

function withExternalTablesOf(other: Schema, schema: Schema): Schema {
  const { namespaces } = schema;
  const completed = KINDS_OF_FACTS.flatMap((kind) => {
    const own: readonly AnyObject[] = schema.objects[kind];
    const known = new Set(own.map((object) => objectKey(kind, object)));
    const missing = other.objects[kind].filter((object) => !known.has(objectKey(kind, object)));
    if (missing.length === 0) return [];
    const all = [...own, ...missing.map((object) => withoutFacts(kind, object))];
    return [[kind, inCanonicalOrder(kind, all as never, namespaces)] as const];
  });
  if (completed.length === 0) return schema;
  return { ...schema, objects: { ...schema.objects, ...Object.fromEntries(completed) } };
}

function withoutFacts(kind: Kind, object: AnyObject): AnyObject {
  const values = identityOf(kind, object);
  const bare: unknown = Object.fromEntries(KINDS[kind].identity.map((field, at) => [field, values[at]]));
  return bare as AnyObject;
}

/** The schema without the external tables and objects that have no facts. */
export function withoutEmptyExternalTables(schema: Schema): Schema {
  const remaining = KINDS_OF_FACTS.flatMap((kind) => {
    const own: readonly AnyObject[] = schema.objects[kind];
    const kept = own.filter((object) => hasFacts(kind, object));
    return kept.length === own.length ? [] : [[kind, kept] as const];
  });
  if (remaining.length === 0) return schema;
  return { ...schema, objects: { ...schema.objects, ...Object.fromEntries(remaining) } };
}

/** Whether an object has anything besides its identity. */
export const hasFacts = (kind: Kind, object: AnyObject): boolean =>
  Object.keys(fieldsOf(object)).length > KINDS[kind].identity.length;
