/**
 * An expression on one line. PostgreSQL breaks the lines of subqueries; outside of quotes a line break and the
 * indentation after it mean what a blank means.
 */
export const oneLine = (sql: string): string =>
  sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\s*\n\s*/g, (found) => (found.trim() === '' ? ' ' : found));
