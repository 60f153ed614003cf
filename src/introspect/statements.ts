import type { ClientBase, QueryResult } from 'pg';

/** What is asked of a connection: node-postgres' own query(), with one string of one or more statements. */
export type Connection = Pick<ClientBase, 'query'>;

/** Sends statements in one message: one round trip, no prepared statement, an answer for each. */
export async function statements(
  connection: Connection,
  texts: readonly string[],
): Promise<readonly QueryResult[]> {
  const answer: unknown = await connection.query(texts.join('\n'));
  return Array.isArray(answer) ? (answer as QueryResult[]) : [answer as QueryResult];
}

/** The rows of an answer, as a query's author knows them to be. */
export const rowsOf = <Row>(result: QueryResult | undefined) => (result?.rows ?? []) as readonly Row[];

/** SQL's quoting of a string. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
