import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { loadDriver } from '../../postgres/driver.js';
import type { Address } from './address.js';
import { passwordFromFile } from './password-file.js';

/** No answer within this time: the network is gone, for the server has shorter limits of its own. */
const QUERY_TIMEOUT_MS = 150_000;
/** How long a connection may take to end. */
const SHUTDOWN_TIMEOUT_MS = 1_000;

/** A client for one host of an address. */
export async function clientFor(
  address: Address,
  host: string,
  port: number,
  ssl: pg.ClientConfig['ssl'],
): Promise<pg.Client> {
  const { user, database, password } = address;
  const { default: postgres } = await loadDriver();
  const client = new postgres.Client({
    host,
    port,
    user,
    database,
    // Looked up only once a server asks for it.
    password: async () => password ?? (await passwordFromFile({ host, port, database, user })),
    ssl: ssl ?? false,
    connectionTimeoutMillis: address.connectTimeout * 1000,
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  });
  // PGOPTIONS would be sent with the connection; settings are made within the transaction instead.
  const { connectionParameters } = client as unknown as {
    readonly connectionParameters: { options?: string; replication?: string };
  };
  delete connectionParameters.options;
  delete connectionParameters.replication;
  client.on('error', () => undefined);
  return client;
}

/** Ends a connection. One that is broken may not notice that it is to end: then it is dropped. */
export async function letGo(client: pg.Client): Promise<void> {
  const ending = client.end().catch(() => undefined);
  await within(SHUTDOWN_TIMEOUT_MS, ending).catch(() => {
    drop(client);
  });
}

/** Ends a connection at once, in whatever state it is, and without a word to the server. */
export function drop(client: pg.Client): void {
  const { connection } = client as unknown as { readonly connection: { readonly stream: Duplex } };
  connection.stream.destroy();
}

/** node-postgres has a limit of its own for the way to a server, but not for every turn that it can take. */
export async function within<T>(milliseconds: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const done = new AbortController();
  const stop = (): void => {
    done.abort(signal?.reason);
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const limit = sleep(milliseconds, undefined, { signal: done.signal }).then(() => {
    throw new Error('timeout expired');
  });
  // Whichever comes second is nobody's concern.
  for (const each of [work, limit]) each.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    signal?.removeEventListener('abort', stop);
    done.abort();
  }
}
