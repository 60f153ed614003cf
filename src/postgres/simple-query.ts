import type pg from 'pg';

/** What node-postgres has, but does not declare. */
interface Internals {
  readonly connection: {
    on(event: 'commandComplete', listener: () => void): void;
    off(event: 'commandComplete', listener: () => void): void;
  };
}

/**
 * Sends a text of one or more statements as one simple query (manual: 55.2.2 "Simple Query"), and keeps none of the rows
 * that it returns. `onStatement` is called when the server has completed a statement.
 *
 * @throws what node-postgres throws
 */
export async function simpleQuery(client: pg.Client, text: string, onStatement: () => void): Promise<void> {
  const { default: postgres } = await import('pg');
  const { connection } = client as unknown as Internals;
  const query = new postgres.Query(text);
  // node-postgres collects the rows unless somebody listens to them.
  query.on('row', () => undefined);
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
