import type pg from 'pg';

/** The connection that node-postgres hands to a query when the server waits for the data of COPY. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Sends queries of one client before it returns, without waiting for an answer. */
export type SendSimpleQuery = (text: string, options: SimpleQueryOptions) => Promise<void>;

interface SimpleQueryOptions {
  /** Called when the server has completed a statement. */
  readonly onStatement: () => void;
  /** The data for `COPY … FROM STDIN`. Without it, such a statement fails. */
  readonly copyData?: string | undefined;
}

/**
 * Returns a function that sends one or more SQL statements as one simple query (PostgreSQL manual, 55.2.2), and discards
 * the rows that it returns. It rejects with the errors of node-postgres.
 */
export async function simpleQueries(client: pg.Client): Promise<SendSimpleQuery> {
  const { default: postgres } = await import('pg');
  return (text, { onStatement, copyData }) => {
    const query = new postgres.Query(text);
    // Without a listener, node-postgres keeps all rows in memory.
    query.on('row', () => undefined);
    // node-postgres does not tell its users when a statement is complete, unless it is the last one.
    const complete: unknown = Reflect.get(query, 'handleCommandComplete');
    Reflect.set(query, 'handleCommandComplete', (...args: readonly unknown[]) => {
      onStatement();
      if (typeof complete === 'function') Reflect.apply(complete, query, args);
    });
    if (copyData !== undefined)
      Object.assign(query, {
        handleCopyInResponse: (copy: CopyConnection) => {
          copy.sendCopyFromChunk(Buffer.from(copyData));
          copy.endCopyFrom();
        },
      });
    return new Promise<void>((resolve, reject) => {
      query.on('end', () => {
        resolve();
      });
      query.on('error', reject);
      client.query(query);
    });
  };
}
