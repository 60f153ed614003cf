import { quoteLiteral } from '../postgres/quoting.js';

/**
 * What is asked of a connection: node-postgres' own query(), with one string of one or more statements. The types of
 * node-postgres are not named here, so that whoever uses the library need not have them.
 */
export interface Connection {
  query(text: string): Promise<unknown>;
  /** Where the same queries come again: what to send instead of one, so that it is planned once only. */
  readonly prepared?: (query: string) => string;
}

/**
 * A value in a query that differs from one reading to the next. On a connection that prepares its queries it is sent
 * apart from the query, which is planned once.
 * @param type of the schema `pg_catalog`, such as `text` or `oid[]`.
 */
export const parameter = (type: string, value: string) => `/*$*/${quoteLiteral(value)}::pg_catalog.${type}`;

/** Takes the parameters out of a query, and leaves `$1`, `$2` … in their places. */
export function splitParameters(query: string) {
  const values: string[] = [];
  const types: string[] = [];
  const text = query.replace(
    /\/\*\$\*\/('(?:[^']|'')*')::(pg_catalog\.\w+(?:\[\])?)/g,
    (_, value: string, type: string) => {
      types.push(type);
      return `$${values.push(value).toString()}`;
    },
  );
  return { text, types, values };
}

/** The answer to a statement. */
export interface Answer {
  /** The first word of the statement. */
  readonly command?: string;
  readonly rows?: readonly unknown[];
}

/**
 * Sends statements in one message: one round trip, an answer for each. Nothing is prepared, for poolers do not know of
 * that, unless the connection says so.
 */
export async function statements(
  connection: Connection,
  texts: readonly string[],
): Promise<readonly Answer[]> {
  const { prepared } = connection;
  const sent = prepared
    ? texts.map((text) => (/^\s*(SELECT|WITH)\b/.test(text) ? prepared(text) : text))
    : texts;
  const answer = await connection.query(sent.join('\n'));
  const answers = Array.isArray(answer) ? (answer as readonly Answer[]) : [answer as Answer];
  return answers.filter(({ command }) => command !== 'PREPARE');
}

/** The rows of an answer, as a query's author knows them to be. */
export const rowsOf = <Row>(result: Answer | undefined) => (result?.rows ?? []) as readonly Row[];
