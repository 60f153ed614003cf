import type { DefaultPrivileges } from '../schema/kinds/default-privileges.js';
import { ALL_KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { byCodePoint, inCanonicalOrder, type ObjectsByKind, type Schema } from '../schema/model.js';
import { withoutRepeatedColumns } from '../schema/inherited-columns.js';

/** Takes out what says nothing: owners that most objects have, and what a partition merely repeats of its parent. */
export function normalize(schema: Schema): Schema {
  return withoutRepeatedColumns(withoutUsualOwner(schema));
}

interface Owned {
  readonly owner?: string;
}

function withoutUsualOwner(schema: Schema): Schema {
  const counts = new Map<string, number>();
  for (const kind of ALL_KINDS) {
    for (const { owner } of schema.objects[kind] as readonly Owned[]) {
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
  }
  const [usual] = [...counts]
    .sort(([a, many], [b, few]) => few - many || byCodePoint(a, b))
    .map(([owner]) => owner);
  const without = mapObjects(schema, (kind, object) => {
    if (kind === 'defaultPrivileges' && (object as DefaultPrivileges).role === usual)
      return { ...object, role: '' };
    if ((object as Owned).owner === undefined || (object as Owned).owner !== usual) return object;
    const { owner: _owner, ...others } = object as Owned;
    return others as AnyObject;
  });
  // The role is a part of what identifies them.
  const defaultPrivileges = inCanonicalOrder(
    'defaultPrivileges',
    without.objects.defaultPrivileges,
    schema.namespaces,
  );
  return { ...without, objects: { ...without.objects, defaultPrivileges } };
}

function mapObjects(schema: Schema, map: (kind: Kind, object: AnyObject) => AnyObject): Schema {
  const entries = ALL_KINDS.map((kind) => [kind, schema.objects[kind].map((object) => map(kind, object))]);
  const objects: unknown = Object.fromEntries(entries);
  return { ...schema, objects: objects as ObjectsByKind };
}
