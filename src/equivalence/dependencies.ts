import type { AnyObject, Kind, ObjectByKind } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import { columnsOf } from './columns-of.js';

/** Kinds of which a schema may have thousands. Objects of all other kinds are always created. */
const MANY = [
  'sequence',
  'table',
  'foreignTable',
  'view',
  'materializedView',
  'function',
  'procedure',
  'aggregate',
] as const satisfies readonly Kind[];

type Many = ObjectByKind[(typeof MANY)[number]];

/** A schema without the relations and routines that some objects do not mention, directly or through others. */
export function neededFor(schema: Schema, by: readonly AnyObject[]): Schema {
  const { objects } = schema;
  const columns = columnsOf(schema);
  const words = new Set<string>();
  const isNamed = (name: string) => wordsOf(name).every((word) => words.has(word));
  let left: readonly Many[] = MANY.flatMap((kind): readonly Many[] => objects[kind]);
  const attributes = objects.compositeType.flatMap((type) => columns(type));
  let found: readonly AnyObject[] = [
    ...by,
    ...attributes,
    ...objects.domain,
    ...objects.rangeType,
    ...objects.operator,
    ...objects.cast,
  ];
  while (found.length > 0) {
    for (const word of found.flatMap(stringsIn).flatMap(wordsOf)) words.add(word);
    const named = new Set<AnyObject>(left.filter(({ name }) => isNamed(name)));
    found = left.filter((object) => named.has(object)).flatMap((object) => [object, ...columns(object)]);
    left = left.filter((object) => !named.has(object));
  }
  const dropped = new Set<AnyObject>(left);
  const isKept = (object: AnyObject) => !dropped.has(object);
  return {
    ...schema,
    objects: {
      ...objects,
      sequence: objects.sequence.filter(isKept),
      table: objects.table.filter(isKept),
      foreignTable: objects.foreignTable.filter(isKept),
      view: objects.view.filter(isKept),
      materializedView: objects.materializedView.filter(isKept),
      function: objects.function.filter(isKept),
      procedure: objects.procedure.filter(isKept),
      aggregate: objects.aggregate.filter(isKept),
    },
  };
}

const wordsOf = (text: string): readonly string[] => text.match(/[\p{L}\p{M}\p{N}_$]+/gu) ?? [];

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
