import { isDeepStrictEqual } from 'node:util';
import type { Column } from '../schema/kinds/column.js';
import type { DefaultPrivileges } from '../schema/kinds/default-privileges.js';
import { ALL_KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { byCodePoint, inCanonicalOrder, type ObjectsByKind, type Schema } from '../schema/model.js';

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

/** A partition's columns are its parent's unless anything about them differs. */
function withoutRepeatedColumns(schema: Schema): Schema {
  const relations = [...schema.objects.table, ...schema.objects.foreignTable];
  if (!relations.some(({ partitionOf }) => partitionOf)) return schema;
  const key = (namespace: string, relation: string) => JSON.stringify([namespace, relation]);
  const columns = new Map<string, Column[]>();
  for (const column of schema.objects.column) {
    const at = key(column.schema, column.relation);
    const siblings = columns.get(at);
    if (siblings) siblings.push(column);
    else columns.set(at, [column]);
  }
  const repeating = new Set(
    relations.flatMap(({ schema: namespace, name, partitionOf }) => {
      if (!partitionOf) return [];
      const own = columns.get(key(namespace, name)) ?? [];
      const parents = columns.get(key(partitionOf.schema, partitionOf.table));
      return parents && isDeepStrictEqual(own.map(comparable), parents.map(comparable))
        ? [key(namespace, name)]
        : [];
    }),
  );
  const kept = schema.objects.column.flatMap((column): Column[] => {
    if (!repeating.has(key(column.schema, column.relation))) return [column];
    const { schema: namespace, relation, name, comment, grants, revokes } = column;
    const own = { ...(comment && { comment }), ...(grants && { grants }), ...(revokes && { revokes }) };
    return Object.keys(own).length === 0 ? [] : [{ schema: namespace, relation, name, ...own }];
  });
  return { ...schema, objects: { ...schema.objects, column: kept } };
}

/** What a partition's column has in common with its parent's. (From 17 on, identity too; before, it had none.) */
function comparable({
  schema: _schema,
  relation: _relation,
  identity: _identity,
  comment: _comment,
  grants: _grants,
  revokes: _revokes,
  inherited: _inherited,
  ...facts
}: Column) {
  return facts;
}

function mapObjects(schema: Schema, map: (kind: Kind, object: AnyObject) => AnyObject): Schema {
  const entries = ALL_KINDS.map((kind) => [kind, schema.objects[kind].map((object) => map(kind, object))]);
  const objects: unknown = Object.fromEntries(entries);
  return { ...schema, objects: objects as ObjectsByKind };
}
