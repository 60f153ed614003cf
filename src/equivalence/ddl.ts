import { quoteIdentifier } from '../postgres/quoting.js';
import type { Column } from '../schema/kinds/column.js';
import type { IndexKey } from '../schema/kinds/index-definition.js';

/** A statement that re-creates an object of a schema. */
export interface Statement {
  readonly sql: string;
  /** The `keyOf` of the object that it creates. */
  readonly of?: string;
  /** Smaller steps to try if it fails. */
  readonly instead?: readonly Statement[];
}

export const quoted = quoteIdentifier;

/** A quoted name with its schema. */
export const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
  `${quoted(schema)}.${quoted(name)}`;

/** A clause; empty without its text. */
export const clause = (before: string, text: string | undefined, after = '') =>
  text === undefined ? '' : ` ${before}${text}${after}`;

export const list = (items: readonly string[]) => items.join(', ');

/** A column, or an attribute of a composite type, with what expressions need to know about it. */
export const columnSql = ({ name, type = 'text', maxLength, collation }: Column) =>
  `${quoted(name)} ${type}${maxLength === undefined ? '' : `(${maxLength})`}${clause('COLLATE ', collation)}`;

/** A key of an index or an exclusion constraint. */
export const keySql = ({ column, expression = '', collation, opclass }: IndexKey) =>
  `${column === undefined ? `(${expression})` : quoted(column)}${clause('COLLATE ', collation)}${clause('', opclass)}`;
