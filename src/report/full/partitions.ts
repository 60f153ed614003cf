import type { AnyObject, Kind } from '../../schema/kinds.js';
import type { Table } from '../../schema/kinds/table.js';
import type { Schema } from '../../schema/model.js';
import type { Cursor } from '../cursor.js';
import { expression, qualifiedName, type Scope } from '../grammar.js';
import type { ParentName } from '../kind-report.js';

/**
 * A partition stands as one line in its parent's section, and has a section of its own only for what is its own.
 * Where the parent is not in the report, the fact stays with the partition.
 */
export interface Partitions {
  readonly of: (parent: ParentName) => readonly Table[];
  /** The object without what its parent's section says of it. */
  readonly withoutToldElsewhere: (kind: Kind, object: AnyObject) => AnyObject;
}

export function partitionsOf(schema: Schema): Partitions {
  if (!schema.objects.table.some(({ partitionOf }) => partitionOf))
    return { of: () => [], withoutToldElsewhere: (_kind, object) => object };
  const key = ({ schema: namespace, name }: ParentName) => JSON.stringify([namespace, name]);
  const byParent = new Map(schema.objects.table.map((table) => [key(table), [] as Table[]]));
  for (const table of schema.objects.table) {
    if (table.partitionOf)
      byParent.get(key({ schema: table.partitionOf.schema, name: table.partitionOf.table }))?.push(table);
  }
  return {
    of: (parent) => byParent.get(key(parent)) ?? [],
    withoutToldElsewhere: (kind, object) => {
      if (kind !== 'table') return object;
      const { partitionOf, ...own } = object as Table;
      const isTold =
        partitionOf && byParent.has(key({ schema: partitionOf.schema, name: partitionOf.table }));
      return isTold ? own : object;
    },
  };
}

/** A partition's line under its parent. */
export function renderPartition(partition: Table, scope: Scope): string {
  return `${qualifiedName.print(partition, scope)}: ${expression.print(partition.partitionOf?.bound ?? '', scope)}`;
}

export function parsePartition(cursor: Cursor, parent: ParentName, scope: Scope): Table {
  const name = qualifiedName.parse(cursor, scope);
  cursor.expect(': ');
  const bound = expression.parse(cursor, scope);
  return { ...name, partitionOf: { schema: parent.schema, table: parent.name, bound } };
}
