import type { ForeignKey } from '../../schema/kinds/constraints.js';
import { encodeIdentifier } from '../markdown/text.js';
import { entityId } from './entity.js';
import { quoted } from './mermaid-text.js';
import type { DrawnTable, TableName } from './tables.js';

/** A foreign key as Mermaid's relationship: the referenced table, how many rows of each side belong together, and the columns. */
export function relationshipLine(
  foreignKey: ForeignKey,
  { from, to }: { readonly from: DrawnTable; readonly to: TableName },
  home: string,
): string {
  const referenced = isOptional(foreignKey, from) ? '|o' : '||';
  const referencing = isOneToOne(foreignKey, from) ? 'o|' : 'o{';
  const label = quoted(foreignKey.columns.map(encodeIdentifier).join(', '));
  return `${entityId(to, home)} ${referenced}--${referencing} ${entityId(from, home)} : ${label}`;
}

/** Whether a row does not need to reference another row: a column can be null, or with MATCH FULL all columns can. */
function isOptional({ columns: names, match }: ForeignKey, { columns }: DrawnTable): boolean {
  const nullable = names.filter((name) =>
    columns.some((column) => column.name === name && column.notNull === undefined),
  );
  return match === 'full' ? nullable.length === names.length : nullable.length > 0;
}

/** Whether at most one row can reference another row, because some of the columns are unique. */
function isOneToOne({ columns, period }: ForeignKey, { uniques }: DrawnTable): boolean {
  return (
    period === undefined &&
    uniques.some(({ keys }) => keys.every(({ column = '' }) => columns.includes(column)))
  );
}
