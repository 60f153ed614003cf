import type pg from 'pg';

/** Parts of node-postgres that its types do not declare. */
interface Internals {
  readonly connection: {
    on(event: 'commandComplete', listener: () => void): void;
    off(event: 'commandComplete', listener: () => void): void;
  };
}

/** The connection that node-postgres hands to a query when the server waits for the data of COPY. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/**
 * Sends one or more SQL statements as one simple query (PostgreSQL manual, 55.2.2) and discards the rows that it returns.
 * @param onStatement Called when the server has completed a statement.
 * @param copyData The data for `COPY … FROM STDIN`. Without it, such a statement fails.
 * @throws the errors of node-postgres.
 */
export async function simpleQuery(
  client: pg.Client,
  text: string,
  onStatement: () => void,
  copyData?: string,
): Promise<void> {
  const { default: postgres } = await import('pg');
  const { connection } = client as unknown as Internals;
  const query = new postgres.Query(text);
  // Without a listener, node-postgres keeps all rows in memory.
  query.on('row', () => undefined);
  if (copyData !== undefined)
    Object.assign(query, {
      handleCopyInResponse: (copy: CopyConnection) => {
        copy.sendCopyFromChunk(Buffer.from(copyData));
        copy.endCopyFrom();
      },
    });
  connection.on('commandComplete', onStatement);
  try {
    await new Promise<void>((resolve, reject) => {
      query.on('end', () => {
        resolve();
      });
      query.on('error', reject);
      client.query(query);
    });
  } finally {
    connection.off('commandComplete', onStatement);
  }
}
