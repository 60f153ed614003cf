import type { Column } from '../schema/kinds/column.js';
import type { Schema } from '../schema/model.js';

/** The name of a relation or a type. */
export interface Named {
  readonly schema: string;
  readonly name: string;
}

/** Looks up the columns of a relation of a schema, in their order. */
export function columnsOf({ objects }: Schema): (relation: Named) => readonly Column[] {
  const byRelation = new Map<string, Column[]>();
  for (const column of objects.column) {
    const key = JSON.stringify([column.schema, column.relation]);
    const columns = byRelation.get(key);
    if (columns) columns.push(column);
    else byRelation.set(key, [column]);
  }
  return ({ schema, name }) => byRelation.get(JSON.stringify([schema, name])) ?? [];
}
