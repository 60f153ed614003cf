import type { Column } from '../../schema/kinds/column.js';
import { cursorOver } from '../cursor.js';
import { expression, identifier, type Draft, type Part, type Scope, sqlName } from '../grammar.js';
import { column as report } from '../kinds/column.js';
import { renderTable } from '../markdown/table.js';
import { codeSpan, encodeCell, encodeExpression, encodeSqlName } from '../markdown/text.js';
import { ReportSyntaxError } from '../syntax-error.js';

const HEAD = ['Column', 'Type', 'Nullable', 'Max Length', 'Default'];
const ABSENT = '-';

/** The table of a relation's columns, and a line for each column that is more than its cells. */
export function renderColumns(
  columns: readonly Column[],
  scope: Scope,
): { table: string[]; items: string[] } {
  const typed = columns.filter((column) => column.type !== undefined);
  const rows = typed.map(({ name, type = '', notNull, maxLength, default: value }) => [
    identifier.print(name, scope),
    codeSpan(encodeCell(type, encodeSqlName)),
    String(notNull === undefined),
    maxLength === undefined ? ABSENT : String(maxLength),
    value === undefined ? ABSENT : codeSpan(encodeCell(value, encodeExpression)),
  ]);
  const items: string[] = [];
  for (const column of columns) {
    if (!hasMore(column)) continue;
    let facts = '';
    for (const part of factsOf(column)) {
      const fact = part.print(column, scope);
      if (fact !== '') facts += facts === '' ? fact : `, ${fact}`;
    }
    if (facts !== '') items.push(`${identifier.print(column.name, scope)}: ${facts}`);
  }
  return { table: rows.length === 0 ? [] : renderTable(HEAD, rows), items };
}

const BESIDE_CELLS = new Set<string>(
  report.line.map(({ field }) => field).filter((fact) => fact !== 'notNull'),
);

/** Whether a column may be more than its cells. Nearly none is, and a large schema has very many. */
function hasMore(column: Column): boolean {
  if (column.type === undefined || typeof column.notNull === 'string') return true;
  for (const fact in column) if (BESIDE_CELLS.has(fact)) return true;
  return false;
}

const factsOf = (column: Draft<Column>): readonly Part<Column>[] =>
  column.type === undefined ? report.lineWithoutRow : report.line;

/** A row of the table, as a column. */
export function parseColumnRow(
  cells: readonly string[],
  line: number,
  scope: Scope,
): Draft<Column> & { name: string } {
  const [name = '', type = '', nullable, maxLength = ABSENT, value = ABSENT] = cells;
  if (cells.length !== HEAD.length || (nullable !== 'true' && nullable !== 'false')) {
    throw new ReportSyntaxError(line, `a row has the cells ${HEAD.join(', ')}`);
  }
  const whole = <V>(text: string, read: (cursor: ReturnType<typeof cursorOver>) => V): V => {
    const cursor = cursorOver(text, line);
    const result = read(cursor);
    return cursor.atEnd() ? result : cursor.fail('the end of the cell');
  };
  return {
    name: whole(name, (cursor) => identifier.parse(cursor, scope)),
    type: whole(type, (cursor) => sqlName.parse(cursor, scope)),
    ...(nullable === 'false' ? { notNull: true } : {}),
    ...(maxLength === ABSENT ? {} : { maxLength: Number(maxLength) }),
    ...(value === ABSENT ? {} : { default: whole(value, (cursor) => expression.parse(cursor, scope)) }),
  };
}

/** Reads the facts of a line under the table into the column that `find` gives for its name. */
export function parseColumnItem(
  text: string,
  line: number,
  scope: Scope,
  find: (name: string) => Draft<Column>,
): void {
  const cursor = cursorOver(text, line);
  const column = find(identifier.parse(cursor, scope));
  const parts = factsOf(column);
  for (let between = ': '; !cursor.atEnd(); between = ', ') {
    cursor.expect(between);
    if (!parts.some((part) => part.parse(cursor, column, scope))) cursor.fail('a fact about a column');
  }
}
