import type pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import { destroyClient, newClient } from '../postgres/client.js';
import { databaseErrorIn, messageOf } from '../postgres/query-error.js';
import { DriftmarkError } from '../errors.js';

/** Connects. Nothing is taken from the `PG*` variables: they are meant for other databases. */
export async function connect(settings: ConnectionSettings, signal: AbortSignal): Promise<pg.Client> {
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

/** The first value of the first row. */
export async function scalar(client: pg.Client, sql: string): Promise<unknown> {
  const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return result.rows[0]?.[0];
}

/** A statement that PostgreSQL refused, with all that it said. */
export function sqlFailure(message: string, error: unknown, remedy: string): DriftmarkError {
  const details = [{ label: 'PostgreSQL', text: messageOf(error) }];
  const refusal = databaseErrorIn(error);
  for (const label of ['detail', 'hint'] as const)
    if (refusal?.[label]) details.push({ label, text: refusal[label] });
  if (refusal) details.push({ label: 'SQLSTATE', text: refusal.code });
  return new DriftmarkError('scratch-failed', message, {
    details,
    cause: error,
    remedy,
  });
}
