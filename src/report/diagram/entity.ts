import { encodeIdentifier } from '../markdown/text.js';
import { columnWord, quoted, typeWord } from './mermaid-text.js';
import type { DrawnTable, TableName } from './tables.js';

/** A diagram of more columns cannot be read. Of a wider table, only the keys and the first other columns are drawn. */
const MAX_COLUMNS = 40;

/** The name of a table in a diagram: as in the report, but always quoted, because new Mermaid versions add keywords. */
export function entityId({ schema, name }: TableName, home: string): string {
  return quoted((schema === home ? [name] : [schema, name]).map(encodeIdentifier).join('.'));
}

/** A table as a Mermaid entity: one line per column, with its type and keys. */
export function entityLines(table: DrawnTable, home: string): readonly string[] {
  const keys = keysOf(table);
  const drawn = columnsToDraw(table, keys);
  const lines = drawn.map(({ name, type = '', maxLength }) => {
    const column = columnWord(name);
    const whole = typeWord(maxLength === undefined ? type : `${type}(${maxLength})`);
    const notes = [column.note, whole.note].filter((note) => note !== undefined);
    const own = keys.get(name) ?? [];
    return [
      whole.word,
      column.word,
      ...(own.length > 0 ? [own.join(', ')] : []),
      ...(notes.length > 0 ? [quoted(notes.join(', '))] : []),
    ].join(' ');
  });
  const left = table.columns.length - drawn.length;
  if (left > 0) lines.push(`… … "${left} more"`);
  const id = entityId(table, home);
  return lines.length === 0 ? [id] : [`${id} {`, ...lines.map((line) => `  ${line}`), '}'];
}

type Key = 'PK' | 'FK' | 'UK';

/** The keys that each column belongs to. Unique keys of several columns are left out. */
function keysOf({ uniques, foreignKeys, ...table }: DrawnTable): ReadonlyMap<string, readonly Key[]> {
  const keys = new Map<string, Key[]>();
  const add = (column: string | undefined, key: Key) => {
    if (column === undefined) return;
    const known = keys.get(column) ?? [];
    if (!known.includes(key)) keys.set(column, [...known, key]);
  };
  const isPrimary = (index: { readonly unique?: string }) => index.unique === 'primary key';
  for (const index of uniques.filter(isPrimary)) for (const { column } of index.keys) add(column, 'PK');
  for (const foreignKey of foreignKeys)
    if (foreignKey.table === table.name && foreignKey.schema === table.schema)
      for (const column of foreignKey.columns) add(column, 'FK');
  for (const index of uniques)
    if (!isPrimary(index) && index.keys.length === 1) add(index.keys[0]?.column, 'UK');
  return keys;
}

function columnsToDraw({ columns }: DrawnTable, keys: ReadonlyMap<string, unknown>): DrawnTable['columns'] {
  let room = MAX_COLUMNS - columns.filter(({ name }) => keys.has(name)).length;
  return columns.filter(({ name }) => keys.has(name) || room-- > 0);
}
