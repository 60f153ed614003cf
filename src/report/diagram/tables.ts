import type { Column } from '../../schema/kinds/column.js';
import type { ForeignKey } from '../../schema/kinds/constraints.js';
import type { Index } from '../../schema/kinds/index-definition.js';
import type { Schema } from '../../schema/model.js';
import { groupByParent } from '../full/index-by-parent.js';

/** A table's name, without anything else of it. */
export interface TableName {
  readonly schema: string;
  readonly name: string;
}

/** A table and what a diagram shows of it. */
export interface DrawnTable extends TableName {
  readonly columns: readonly Column[];
  readonly uniques: readonly Index[];
  /** Those of its partitions too. */
  readonly foreignKeys: readonly ForeignKey[];
}

export const keyOf = ({ schema, name }: TableName) => JSON.stringify([schema, name]);

/** The tables that are drawn. A partition is a part of its parent: what it references, and what references it, is the parent's. */
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
    const passed = new Set([keyOf(table)]);
    let root = table;
    for (let parent = parentOf(root); parent; parent = parentOf(root)) {
      // A report may say what no database can: that a table is a partition of itself.
      if (passed.has(keyOf(parent))) return table;
      passed.add(keyOf(parent));
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

/** Whether an index promises that no two rows agree in its columns. */
function isUnique({ unique, predicate, withoutOverlaps, invalid, keys }: Index): boolean {
  return (
    unique !== undefined &&
    predicate === undefined &&
    withoutOverlaps === undefined &&
    invalid === undefined &&
    keys.every(({ column }) => column !== undefined)
  );
}
