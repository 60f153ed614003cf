import { quoteIdentifier } from '../postgres/quoting.js';
import type { Column } from '../schema/kinds/column.js';
import type { IndexKey } from '../schema/kinds/index-definition.js';

/** A statement that makes an object of a model again. */
export interface Statement {
  readonly sql: string;
  /** Whom it makes: `keyOf` of the object. */
  readonly of?: string;
  /** What to try where it fails: the same in smaller steps. */
  readonly instead?: readonly Statement[];
}

export const quoted = quoteIdentifier;

/** A name in a schema. */
export const qualified = ({ schema, name }: { readonly schema: string; readonly name: string }) =>
  `${quoted(schema)}.${quoted(name)}`;

/** A clause that stands only where there is something to say. */
export const clause = (before: string, text: string | undefined, after = '') =>
  text === undefined ? '' : ` ${before}${text}${after}`;

export const list = (items: readonly string[]) => items.join(', ');

/** A column, or an attribute of a composite type: what later texts need to know of it. */
export const columnSql = ({ name, type = 'text', maxLength, collation }: Column) =>
  `${quoted(name)} ${type}${maxLength === undefined ? '' : `(${maxLength})`}${clause('COLLATE ', collation)}`;

/** What an index or an exclusion constraint is over. */
export const keySql = ({ column, expression = '', collation, opclass }: IndexKey) =>
  `${column === undefined ? `(${expression})` : quoted(column)}${clause('COLLATE ', collation)}${clause('', opclass)}`;
