/**
 * Puts an expression on one line. PostgreSQL breaks the lines of subqueries. Outside of quotes, a line break and the
 * indentation after it mean the same as a space.
 */
export const oneLine = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s*\n\s*/g, (found) => (found.trim() === '' ? ' ' : found));
