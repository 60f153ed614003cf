import { createHash } from 'node:crypto';
import { normalize } from '../introspect/normalize.js';
import { ALL_KINDS, KINDS } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { renameNamespace } from '../schema/rename-namespace.js';
import { qualifierPattern, wordPattern, PLACEHOLDER_SCHEMA } from './tenant-name.js';

/** Fields that hold a name, of the object or of another one: what a schema is called says nothing of these. */
const NAMES: ReadonlySet<string> = new Set(ALL_KINDS.flatMap((kind) => KINDS[kind].identity));

/**
 * The same for the schemas of tenants that differ in nothing but the name of the schema: a hash of one in which
 * that name stands nowhere. `part` was read with every name qualified.
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
