import type { Grant } from './definition.js';
import { ALL_KINDS, type AnyObject } from './kinds.js';
import type { Schema } from './model.js';

/** The roles that the policies, privileges and user mappings of a schema name. */
export function rolesNamedIn({ objects }: Schema): ReadonlySet<string> {
  const all = ALL_KINDS.flatMap((kind): readonly AnyObject[] => objects[kind]);
  return new Set([
    ...objects.policy.flatMap(({ roles = [] }) => roles),
    ...objects.userMapping.map(({ role }) => role),
    ...all
      .flatMap((object) => (object as { readonly grants?: readonly Grant[] }).grants ?? [])
      .flatMap(({ to, by = '' }) => [to, by]),
  ]);
}
