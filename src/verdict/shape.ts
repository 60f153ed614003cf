import { createHash } from 'node:crypto';
import { normalize } from '../introspect/normalize.js';
import { quoteIdentifier } from '../introspect/settings.js';
import type { Schema } from '../schema/model.js';
import { renameNamespace } from '../schema/rename-namespace.js';

/** What no schema can be called. */
const NOBODY = '\0';

/**
 * The same for the schemas of tenants that differ in nothing but the name of the schema: a hash of one in which
 * that name stands nowhere. `part` was read with every name qualified.
 */
export function shapeOf(part: Schema, tenant: string): string {
  const { objects } = renameNamespace(normalize(part), tenant, NOBODY);
  const isBare = /^[a-z_][a-z0-9_]*$/.test(tenant);
  const written = [...(isBare ? [tenant] : []), quoteIdentifier(tenant)].map(escaped).join('|');
  const qualifier = new RegExp(`(?<![\\w$".])(?:${written})\\.`, 'g');
  const text = JSON.stringify(objects, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(qualifier, `${NOBODY}.`) : value,
  );
  return createHash('sha256').update(text).digest('base64');
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
