import type pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import { loadDriver } from '../postgres/driver.js';
import { DriftmarkError } from '../errors.js';

/**
 * Connects, with nothing taken from the environment: node-postgres fills every field that is missing
 * from `PG*` variables (`PGOPTIONS`, `PGSSLMODE`, `PGPASSWORD`, ...), which are meant for other databases.
 * A connection that breaks later makes its queries fail, and is no uncaught 'error' event.
 */
export async function connect(settings: ConnectionSettings, signal: AbortSignal): Promise<pg.Client> {
  const { default: postgres } = await loadDriver();
  const client = new postgres.Client({
    host: settings.host,
    port: settings.port,
    user: settings.user,
    // A function, for an empty string would be looked up in PGPASSWORD and ~/.pgpass.
    password: () => settings.password ?? '',
    database: settings.database,
    ssl: settings.ssl ?? false,
    sslnegotiation: 'postgres',
    application_name: 'driftmark',
    client_encoding: 'UTF8',
    connectionTimeoutMillis: 15_000,
    keepAlive: true,
  });
  const { connectionParameters, connection } = client as unknown as Internals;
  // These two have no value that node-postgres would take for "none".
  delete connectionParameters.options;
  delete connectionParameters.replication;
  client.on('error', () => undefined);
  const stop = (): void => {
    connection.stream.destroy();
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

/** What node-postgres has, but does not declare. */
interface Internals {
  readonly connectionParameters: { options?: string; replication?: string };
  readonly connection: { readonly stream: { destroy(): void } };
}

/** The first value of the first row. */
export async function scalar(client: pg.Client, sql: string): Promise<unknown> {
  const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return result.rows[0]?.[0];
}

/** The SQLSTATE or system error code of whatever a query or connection threw. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of an error; that of the first of several for a host with several addresses. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** A statement that PostgreSQL refused, with all that it said. */
export function sqlFailure(message: string, error: unknown, remedy: string): DriftmarkError {
  const details = [{ label: 'PostgreSQL', text: messageOf(error) }];
  if (isDatabaseError(error)) {
    if (error.detail) details.push({ label: 'detail', text: error.detail });
    if (error.hint) details.push({ label: 'hint', text: error.hint });
    if (error.code) details.push({ label: 'SQLSTATE', text: error.code });
  }
  return new DriftmarkError('scratch-failed', message, {
    details,
    cause: error,
    remedy,
  });
}

function isDatabaseError(error: unknown): error is pg.DatabaseError {
  return error instanceof Error && 'severity' in error;
}
