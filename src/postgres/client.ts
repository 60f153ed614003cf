import type { Duplex } from 'node:stream';
import type pg from 'pg';
import { textArrayParser } from './text-array.js';
import { ConnectionEnded, isEndOfConnection } from './query-error.js';

/** Parts of node-postgres that its types do not declare. */
interface Internals {
  readonly connectionParameters: { options?: string; replication?: string };
  readonly connection: { readonly stream: Duplex };
  getTypeParser(oid: number): (text: string) => unknown;
  setTypeParser(oid: number, parse: (text: string) => unknown): void;
}

/** The OID of `text[]`. */
const TEXT_ARRAY = 1009;

const internals = (client: pg.Client) => client as unknown as Internals;

/**
 * Creates a client. Set all fields in `settings`: node-postgres fills in a missing field from its `PG*` variable, which
 * may be set for another database.
 * An error on an idle connection fails its next query instead of raising an unhandled 'error' event.
 */
export async function newClient(settings: pg.ClientConfig): Promise<pg.Client> {
  // Loading node-postgres takes as long as connecting. Commands that need no connection do not load it.
  const { default: postgres } = await import('pg');
  const client = new postgres.Client({ sslnegotiation: 'postgres', keepAlive: true, ...settings });
  // Only without these properties, node-postgres does not send them. They come from PGOPTIONS and PGREPLICATION, and a
  // connection pooler rejects them.
  const { connectionParameters } = internals(client);
  delete connectionParameters.options;
  delete connectionParameters.replication;
  const types = internals(client);
  types.setTypeParser(TEXT_ARRAY, textArrayParser(types.getTypeParser(TEXT_ARRAY)));
  rememberEnd(client);
  return client;
}

/**
 * Makes queries on a connection that has ended fail with what the server said when it closed the connection. For
 * node-postgres, such a client is "not queryable".
 */
function rememberEnd(client: pg.Client): void {
  let end: Error | undefined;
  client.on('error', (error) => {
    end ??= error;
  });
  const query: unknown = Reflect.get(client, 'query');
  if (typeof query !== 'function') return;
  Reflect.set(client, 'query', (...args: readonly unknown[]): unknown => {
    const answer: unknown = Reflect.apply(query, client, args);
    if (!(answer instanceof Promise)) return answer;
    return answer.catch((error: unknown) => {
      if (!(error instanceof Error) || !isEndOfConnection(error)) throw error;
      throw end === undefined || isEndOfConnection(end) ? new ConnectionEnded(error) : end;
    });
  });
}

/** Closes a connection immediately, in any state, without sending a message to the server. */
export function destroyClient(client: pg.Client): void {
  internals(client).connection.stream.destroy();
}

/**
 * Ends the session, and closes the connection as soon as everything is sent, as libpq does: the server needs some
 * milliseconds to end the session. The promise resolves once the connection is closed.
 */
export async function endSession(client: pg.Client): Promise<void> {
  internals(client).connection.stream.once('finish', () => {
    destroyClient(client);
  });
  await client.end();
}

/** Sends everything that `send` writes in one piece, as far as it is written before `send` returns. */
export function inOnePiece<T>(client: pg.Client, send: () => T): T {
  const { stream } = internals(client).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}
