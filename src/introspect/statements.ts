import { quoteLiteral } from '../postgres/quoting.js';

/**
 * The required interface of a connection: query() of node-postgres, with one string of one or more statements. The
 * types of node-postgres are not used here, so that users of the library need not install them.
 */
export interface Connection {
  query(text: string): Promise<unknown>;
  /**
   * Sends a query that comes again and again, and prepares it the first time. Absent: every query is planned anew. A
   * connection that has it sends queries without waiting for the answers to earlier ones.
   */
  readonly prepared?: (query: string) => Promise<unknown>;
  /** Sends in one piece what `send` sends. */
  readonly inOnePiece?: <T>(send: () => T) => T;
}

/**
 * A value in a query that differs from one reading to the next. On a connection that prepares its queries, the value
 * is sent separately from the query, which is planned only once.
 * @param type of the schema `pg_catalog`, such as `text` or `oid[]`.
 */
export const parameter = (type: string, value: string) => `/*$*/${quoteLiteral(value)}::pg_catalog.${type}`;

/** Takes the parameters out of a query, and leaves `$1`, `$2` … with their types in their places. */
export function splitParameters(query: string): {
  readonly text: string;
  readonly values: readonly string[];
} {
  const values: string[] = [];
  const text = query.replace(/\/\*\$\*\/'((?:[^']|'')*)'::/g, (_, value: string) => {
    values.push(value.replaceAll("''", "'"));
    return `$${values.length.toString()}::`;
  });
  return { text, values };
}

/** The answer to a statement. */
export interface Answer {
  /** The first word of the statement. */
  readonly command?: string;
  readonly rows?: readonly unknown[];
}

/**
 * Sends statements, and returns an answer for each. They go in one message, in one round trip, because poolers do not
 * know prepared queries. On a connection that prepares queries, each query goes by itself, and all are sent before the
 * first answer comes.
 */
export async function statements(
  connection: Connection,
  texts: readonly string[],
): Promise<readonly Answer[]> {
  const { prepared } = connection;
  if (!prepared) return answersOf(await connection.query(texts.join('\n')));
  const sent = together(connection, () => sendEach(texts, prepared, (text) => connection.query(text)));
  return (await Promise.all(sent)).flatMap(answersOf);
}

/** Sends in one piece what `send` sends before it returns, if the connection can. */
export const together = <T>({ inOnePiece }: Connection, send: () => T): T =>
  inOnePiece ? inOnePiece(send) : send();

/** Sends queries with `prepared`, and what is between them with `query`. */
function sendEach(
  texts: readonly string[],
  prepared: (query: string) => Promise<unknown>,
  query: (text: string) => Promise<unknown>,
): readonly Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  let others: string[] = [];
  const flush = (): void => {
    if (others.length > 0) sent.push(query(others.join('\n')));
    others = [];
  };
  for (const text of texts) {
    if (/^\s*(SELECT|WITH)\b/.test(text)) {
      flush();
      sent.push(prepared(text));
    } else others.push(text);
  }
  flush();
  return sent;
}

const answersOf = (answer: unknown): readonly Answer[] =>
  Array.isArray(answer) ? (answer as readonly Answer[]) : [answer as Answer];

/** The rows of an answer. The caller knows their type from the query. */
export const rowsOf = <Row>(result: Answer | undefined) => (result?.rows ?? []) as readonly Row[];
