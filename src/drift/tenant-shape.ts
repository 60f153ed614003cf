import { createHash } from 'node:crypto';
import { normalize } from '../introspect/normalize.js';
import { ALL_KINDS, KINDS } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { renameNamespace } from '../schema/rename-namespace.js';
import { qualifierPattern, wordPattern, PLACEHOLDER_SCHEMA } from './tenant-name.js';

/** Fields that hold the name of an object. Such a name may equal the name of a schema without meaning it. */
const NAMES: ReadonlySet<string> = new Set(ALL_KINDS.flatMap((kind) => KINDS[kind].identity));

/**
 * A hash that is equal for tenant schemas that differ only in the name of the schema.
 * @param part The tenant schema, read with every name qualified.
 */
export function shapeOf(part: Schema, tenant: string): string {
  const { objects } = renameNamespace(normalize(part), tenant, PLACEHOLDER_SCHEMA);
  const [qualifier, word] = [qualifierPattern(tenant), wordPattern(tenant)];
  const text = JSON.stringify(objects, (field, value: unknown) => {
    if (typeof value !== 'string') return value;
    const own = value.replace(qualifier, `${PLACEHOLDER_SCHEMA}.`);
    return NAMES.has(field) ? own : own.replace(word, PLACEHOLDER_SCHEMA);
  });
  return createHash('sha256').update(text).digest('base64');
}
