import type { Duplex } from 'node:stream';
import type pg from 'pg';

/** Parts of node-postgres that its types do not declare. */
interface Internals {
  readonly connectionParameters: { options?: string; replication?: string };
  readonly connection: { readonly stream: Duplex };
}

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
  client.on('error', () => undefined);
  return client;
}

/** Closes a connection immediately, in any state, without sending a message to the server. */
export function destroyClient(client: pg.Client): void {
  internals(client).connection.stream.destroy();
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
