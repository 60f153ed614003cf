import { isDeepStrictEqual } from 'node:util';
import type { Column } from './kinds/column.js';
import type { Index } from './kinds/index-definition.js';
import type { Sequence } from './kinds/sequence.js';
import type { Table } from './kinds/table.js';
import type { Trigger } from './kinds/trigger.js';
import type { MaterializedView, View } from './kinds/view.js';
import type { AnyObject, Kind, ObjectByKind } from './kinds.js';
import { inCanonicalOrder, keyOf, objectKey, type Schema } from './model.js';

/**
 * A schema leaves out objects that another one implies: the indexes and triggers that a partition has because its parent
 * has them, the columns of a view, the sequence of an identity column. If such an object has a property of its own, the
 * schema contains it. Then the other schema gets the object without that property, so that only the property differs.
 */
export function withImpliedOfBoth({ from, to }: { readonly from: Schema; readonly to: Schema }) {
  const [missingInFrom, missingInTo] = [impliedIn(from, to), impliedIn(to, from)];
  return { from: withObjects(from, missingInFrom), to: withObjects(to, missingInTo) };
}

/** A schema without the objects that were added to it, or to the other one, and that it implies. */
export function withoutImplied(schema: Schema, added: ReadonlySet<string>): Schema {
  const kept = (kind: KindOfCopy) =>
    (schema.objects[kind] as readonly AnyObject[]).filter(
      (object) =>
        !added.has(objectKey(kind, object)) ||
        !isDeepStrictEqual(object, impliedBy(kind, object, { schema, other: schema })),
    );
  return KINDS_OF_COPIES.reduce(
    (all, kind) => ({ ...all, objects: { ...all.objects, [kind]: kept(kind) } }),
    schema,
  );
}

/** The keys of the objects that one of two schemas has and the other one implies. */
export function impliedKeys(schemas: { readonly from: Schema; readonly to: Schema }): ReadonlySet<string> {
  const { from, to } = schemas;
  return new Set(
    [...impliedIn(from, to), ...impliedIn(to, from)].map(({ kind, object }) => objectKey(kind, object)),
  );
}

const KINDS_OF_COPIES = ['index', 'trigger', 'column', 'sequence'] as const satisfies readonly Kind[];

type KindOfCopy = (typeof KINDS_OF_COPIES)[number];

interface Implied {
  readonly kind: KindOfCopy;
  readonly object: AnyObject;
}

/** The objects that a schema implies, and that another one contains because of a property of their own. */
function impliedIn(schema: Schema, other: Schema): readonly Implied[] {
  return KINDS_OF_COPIES.flatMap((kind) => {
    if (schema.objects[kind] === other.objects[kind]) return [];
    const candidates = (other.objects[kind] as readonly AnyObject[]).filter((object) =>
      mayBeImplied(kind, object, other),
    );
    if (candidates.length === 0) return [];
    const known = new Set(schema.objects[kind].map((object: AnyObject) => objectKey(kind, object)));
    return candidates.flatMap((object) => {
      if (known.has(objectKey(kind, object))) return [];
      const copy = impliedBy(kind, object, { schema, other });
      // With the same properties, it is there because of its name.
      return copy && !isDeepStrictEqual(copy, object) ? [{ kind, object: copy }] : [];
    });
  });
}

function withObjects(schema: Schema, implied: readonly Implied[]): Schema {
  return KINDS_OF_COPIES.reduce((all, kind) => {
    const copies = implied.filter((each) => each.kind === kind).map(({ object }) => object);
    if (copies.length === 0) return all;
    const objects: readonly AnyObject[] = [...all.objects[kind], ...copies];
    const list = inCanonicalOrder(kind, objects as readonly ObjectByKind[typeof kind][], all.namespaces);
    return { ...all, objects: { ...all.objects, [kind]: list } };
  }, schema);
}

function mayBeImplied(kind: KindOfCopy, object: AnyObject, schema: Schema): boolean {
  if (kind === 'index') return (object as Index).partitionOf !== undefined;
  if (kind === 'column') return (object as Column).type === undefined;
  if (kind === 'sequence') return (object as Sequence).identityOf !== undefined;
  const { schema: name, table } = object as Trigger;
  return parentOf(schema, name, table) !== undefined;
}

interface Sides {
  readonly schema: Schema;
  readonly other: Schema;
}

/** The copy of an object that a schema implies. Undefined if it does not imply one. */
function impliedBy(kind: KindOfCopy, object: AnyObject, sides: Sides): AnyObject | undefined {
  switch (kind) {
    case 'index':
      return impliedIndex(object as Index, sides.schema);
    case 'trigger':
      return impliedTrigger(object as Trigger, sides.schema);
    case 'column':
      return impliedColumn(object as Column, sides);
    case 'sequence':
      return impliedSequence(object as Sequence, sides.schema);
  }
}

type Parent = NonNullable<Table['partitionOf']>;

function parentOf({ objects }: Schema, schema: string, name: string): Parent | undefined {
  const key = keyOf([schema, name]);
  return (tableNamed(objects.table, key) ?? tableNamed(objects.foreignTable, key))?.partitionOf;
}

/** A function that finds an object of a list by its key. The keys of each list are computed once. */
function lookUp<O>(keyOfObject: (object: O) => string) {
  const known = new WeakMap<readonly O[], ReadonlyMap<string, O>>();
  return (list: readonly O[], key: string): O | undefined => {
    let found = known.get(list);
    if (!found) {
      found = new Map(list.map((object) => [keyOfObject(object), object]));
      known.set(list, found);
    }
    return found.get(key);
  };
}

const ownKey = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
  keyOf([schema, name]);
const tableNamed = lookUp<Pick<Table, 'schema' | 'name' | 'partitionOf'>>(ownKey);
const indexNamed = lookUp<Index>(ownKey);
const viewNamed = lookUp<View | MaterializedView>(ownKey);
const triggerOf = lookUp<Trigger>(({ schema, table, name }) => keyOf([schema, table, name]));
const columnOf = lookUp<Column>(({ schema, relation, name }) => keyOf([schema, relation, name]));

/** PostgreSQL gives every partition an index for each one of its parent. */
function impliedIndex({ schema: name, table, ...index }: Index, schema: Schema): Index | undefined {
  const { partitionOf } = index;
  const parent = partitionOf && indexNamed(schema.objects.index, ownKey(partitionOf));
  if (!parent || parentOf(schema, name, table)?.table !== parent.table) return undefined;
  const {
    options: _options,
    tablespace: _tablespace,
    clustered: _clustered,
    replicaIdentity: _replicaIdentity,
    invalid: _invalid,
    comment: _comment,
    constraintComment: _constraintComment,
    ...facts
  } = parent;
  const keys = parent.keys.map(({ statistics: _statistics, ...key }) => key);
  return { ...facts, keys, schema: name, table, name: index.name, partitionOf };
}

/** A trigger of a partitioned table is cloned for each partition, with the way in which it fires. */
function impliedTrigger(trigger: Trigger, schema: Schema): Trigger | undefined {
  let above = parentOf(schema, trigger.schema, trigger.table);
  while (above) {
    const { schema: name, table } = above;
    const original = triggerOf(schema.objects.trigger, keyOf([name, table, trigger.name]));
    if (original) {
      const { comment: _comment, ...facts } = original;
      const copy = { ...facts, schema: trigger.schema, table: trigger.table };
      const { firing: _a, comment: _b, ...own } = trigger;
      const { firing: _c, ...others } = copy;
      return isDeepStrictEqual(own, others) ? copy : undefined;
    }
    above = parentOf(schema, name, table);
  }
  return undefined;
}

/** A view's query says which columns it has. A partition has the columns of its parent. */
function impliedColumn({ schema: name, relation, name: column }: Column, { schema, other }: Sides) {
  const parent = parentOf(schema, name, relation);
  const isImplied = parent
    ? columnOf(schema.objects.column, keyOf([parent.schema, parent.table, column])) !== undefined
    : definitionOf(schema, name, relation) !== undefined &&
      definitionOf(schema, name, relation) === definitionOf(other, name, relation);
  return isImplied ? { schema: name, relation, name: column } : undefined;
}

function definitionOf({ objects }: Schema, schema: string, name: string): string | undefined {
  const key = keyOf([schema, name]);
  return (viewNamed(objects.view, key) ?? viewNamed(objects.materializedView, key))?.definition;
}

function impliedSequence({ schema: name, identityOf, ...sequence }: Sequence, schema: Schema) {
  const column =
    identityOf &&
    columnOf(schema.objects.column, keyOf([identityOf.schema, identityOf.table, identityOf.column]));
  const isImplied =
    column?.identity !== undefined && (column.identity.sequence ?? sequence.name) === sequence.name;
  return isImplied && identityOf
    ? { schema: name, name: sequence.name, dataType: sequence.dataType, identityOf }
    : undefined;
}
