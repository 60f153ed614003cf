import type { Column } from '#src/schema/kinds/column.js';
import type { ForeignKey } from '#src/schema/kinds/constraints.js';
import type { Index } from '#src/schema/kinds/index-definition.js';
import { canonical, noObjects, type ObjectsByKind, type Schema } from '#src/schema/model.js';

/** Small schemas, put together by hand. */

export const schemaOf = (objects: Partial<ObjectsByKind>, namespaces = ['public']): Schema =>
  canonical({
    namespaces,
    objects: { ...noObjects(), namespace: namespaces.map((name) => ({ name })), ...objects },
  });
export const tables = (...names: string[]) => names.map((name) => ({ schema: 'public', name }));
export const column = (relation: string, name: string, facts: Partial<Column> = {}): Column => ({
  schema: 'public',
  relation,
  name,
  type: 'bigint',
  notNull: true,
  ...facts,
});
export const nullable = (relation: string, name: string): Column => ({
  schema: 'public',
  relation,
  name,
  type: 'bigint',
});
export const foreignKey = (
  table: string,
  columns: string[],
  to: string,
  facts: Partial<ForeignKey> = {},
) => ({
  schema: 'public',
  table,
  name: `${table}_${columns.join('_')}_fkey`,
  columns,
  references: { schema: 'public', table: to, columns: ['id'] },
  ...facts,
});
export const in_ = (schema: string, table: string) => ({ schema, table, columns: ['id'] });
export const unique = (table: string, columns: string[], facts: Partial<Index> = {}): Index => ({
  schema: 'public',
  table,
  name: `${table}_${columns.join('_')}_key`,
  keys: columns.map((name) => ({ column: name })),
  unique: 'constraint',
  ...facts,
});
