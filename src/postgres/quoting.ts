/**
 * Quotes a name for use in SQL.
 * @example quoteIdentifier('order "x"') // "order ""x"""
 * @see https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
 */
export const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/**
 * Quotes a string constant for use in SQL, for a session with `standard_conforming_strings = on`.
 * @example quoteLiteral("it's") // 'it''s'
 */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;
