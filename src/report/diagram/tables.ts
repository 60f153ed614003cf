import type { Column } from '../../schema/kinds/column.js';
import type { ForeignKey } from '../../schema/kinds/constraints.js';
import type { Index } from '../../schema/kinds/index-definition.js';
import type { Schema } from '../../schema/model.js';
import { groupByParent } from '../full/index-by-parent.js';

/** The name of a table. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** A table with the objects that a diagram contains. */
export interface DrawnTable extends TableName {
  readonly columns: readonly Column[];
  readonly uniques: readonly Index[];
  /** Including the foreign keys of its partitions. */
  readonly foreignKeys: readonly ForeignKey[];
}

export const keyOf = ({ schema, name }: TableName) => JSON.stringify([schema, name]);

/**
 * The tables that are drawn. Partitions are not drawn: foreign keys from or to a partition are drawn at the partitioned
 * table.
 */
export function drawnTables(schema: Schema): {
  readonly tables: readonly DrawnTable[];
  readonly rootOf: (table: TableName) => TableName;
} {
  const byKey = new Map(schema.objects.table.map((table) => [keyOf(table), table]));
  const parentOf = (table: TableName): TableName | undefined => {
    const { partitionOf } = byKey.get(keyOf(table)) ?? {};
    return partitionOf && byKey.get(keyOf({ schema: partitionOf.schema, name: partitionOf.table }));
  };
  const rootOf = (table: TableName): TableName => {
    const visited = new Set([keyOf(table)]);
    let root = table;
    for (let parent = parentOf(root); parent; parent = parentOf(root)) {
      // In an edited report, a table may be a partition of itself, which is impossible in a database.
      if (visited.has(keyOf(parent))) return table;
      visited.add(keyOf(parent));
      root = parent;
    }
    return root;
  };
  const childrenOf = groupByParent(schema);
  const foreignKeys = new Map<string, ForeignKey[]>();
  for (const foreignKey of schema.objects.foreignKey) {
    const root = keyOf(rootOf({ schema: foreignKey.schema, name: foreignKey.table }));
    foreignKeys.set(root, [...(foreignKeys.get(root) ?? []), foreignKey]);
  }
  const tables = schema.objects.table
    .filter((table) => keyOf(rootOf(table)) === keyOf(table))
    .map(({ schema: namespace, name }): DrawnTable => {
      const table = { schema: namespace, name };
      return {
        ...table,
        columns: childrenOf('column', table) as readonly Column[],
        uniques: (childrenOf('index', table) as readonly Index[]).filter(isUnique),
        foreignKeys: foreignKeys.get(keyOf(table)) ?? [],
      };
    });
  return { tables, rootOf };
}

/** Whether an index guarantees that its columns are unique in all rows. */
function isUnique({ unique, predicate, withoutOverlaps, invalid, keys }: Index): boolean {
  return (
    unique !== undefined &&
    predicate === undefined &&
    withoutOverlaps === undefined &&
    invalid === undefined &&
    keys.every(({ column }) => column !== undefined)
  );
}
