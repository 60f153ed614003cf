import type pg from 'pg';
import { destroyClient, newClient } from './client.js';
import type { ConnectionSettings } from './connection-settings.js';

export interface ConnectOptions {
  /** How long a statement waits for a lock, in milliseconds. Default: the server's setting. */
  readonly lockTimeout?: number;
  /** Sends queries without waiting for the answers to earlier ones. Default: false. */
  readonly pipeline?: boolean;
}

/**
 * Connects. Nothing is taken from the `PG*` variables: they are meant for other databases. Aborting `signal` while it
 * connects breaks the connection.
 */
export async function connect(
  settings: ConnectionSettings,
  signal: AbortSignal,
  { lockTimeout, pipeline = false }: ConnectOptions = {},
): Promise<pg.Client> {
  const client = await newClient({
    host: settings.host,
    port: settings.port,
    user: settings.user,
    // A function, because node-postgres would look up an empty string in PGPASSWORD and ~/.pgpass.
    password: () => settings.password ?? '',
    database: settings.database,
    ssl: settings.ssl ?? false,
    application_name: 'driftmark',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: 15_000,
    pipeline,
    ...(lockTimeout !== undefined && { lock_timeout: lockTimeout }),
  });
  const stop = (): void => {
    destroyClient(client);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return client;
}
