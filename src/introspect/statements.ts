/**
 * What is asked of a connection: node-postgres' own query(), with one string of one or more statements. The types of
 * node-postgres are not named here, so that whoever uses the library need not have them.
 */
export interface Connection {
  query(text: string): Promise<unknown>;
}

/** The answer to a statement. */
export interface Answer {
  /** The first word of the statement. */
  readonly command?: string;
  readonly rows?: readonly unknown[];
}

/** Sends statements in one message: one round trip, no prepared statement, an answer for each. */
export async function statements(
  connection: Connection,
  texts: readonly string[],
): Promise<readonly Answer[]> {
  const answer = await connection.query(texts.join('\n'));
  return Array.isArray(answer) ? (answer as readonly Answer[]) : [answer as Answer];
}

/** The rows of an answer, as a query's author knows them to be. */
export const rowsOf = <Row>(result: Answer | undefined) => (result?.rows ?? []) as readonly Row[];

/** SQL's quoting of a string. */
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
