import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DriftmarkError } from '../errors.js';
import { labelOf, type Address, type SessionAttrs } from './address.js';
import { tlsAttempts } from './tls.js';

/** No answer within this time: the network is gone, for the server has shorter limits of its own. */
const QUERY_TIMEOUT_MS = 150_000;
const GRACE_MS = 1_000;

/**
 * Connects to the first host that answers and is what is asked for. No parameter that a pooler refuses is sent with
 * the connection.
 * @throws {DriftmarkError} `connection-failed`, with the reason of each host.
 */
export async function connectLive(address: Address): Promise<pg.Client> {
  const failures: { readonly host: string; readonly error: unknown }[] = [];
  const attempts =
    address.sessionAttrs === 'prefer-standby' ? (['standby', 'any'] as const) : [address.sessionAttrs];
  for (const attrs of attempts) {
    for (const { host, port } of address.hosts) {
      try {
        return await connectHost(address, host, port, attrs);
      } catch (error) {
        failures.push({ host: `${host}:${port}`, error });
      }
    }
  }
  throw failed(address, failures);
}

async function connectHost(
  address: Address,
  host: string,
  port: number,
  attrs: SessionAttrs,
): Promise<pg.Client> {
  let last: unknown;
  for (const ssl of tlsAttempts(address.tls, host)) {
    const client = clientFor(address, host, port, ssl);
    try {
      await within(address.connectTimeout * 1000 + GRACE_MS, client.connect());
      if (await isWanted(client, attrs)) return client;
      throw new Error(`it is not ${attrs}`);
    } catch (error) {
      last = error;
      await letGo(client);
    }
  }
  throw last;
}

/** Ends a connection. One that is broken may not notice that it is to end: then it is dropped. */
export async function letGo(client: pg.Client): Promise<void> {
  const ending = client.end().catch(() => undefined);
  await within(GRACE_MS, ending).catch(() => {
    const { connection } = client as unknown as { readonly connection: { readonly stream: Duplex } };
    connection.stream.destroy();
  });
}

/** node-postgres has a limit of its own for the way to a server, but not for every turn that it can take. */
async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const limit = sleep(milliseconds, undefined, { signal: done.signal }).then(() => {
    throw new Error('timeout expired');
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    done.abort();
    limit.catch(() => undefined);
  }
}

function clientFor(address: Address, host: string, port: number, ssl: pg.ClientConfig['ssl']): pg.Client {
  const client = new pg.Client({
    host,
    port,
    user: address.user,
    database: address.database,
    // Absent: node-postgres looks into the password file.
    password: address.password,
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

async function isWanted(client: pg.Client, attrs: SessionAttrs): Promise<boolean> {
  if (attrs === 'any' || attrs === 'prefer-standby') return true;
  const { rows } = await client.query<{ standby: boolean }>(
    'SELECT pg_catalog.pg_is_in_recovery() AS standby',
  );
  const isStandby = rows[0]?.standby === true;
  return (attrs === 'standby' || attrs === 'read-only') === isStandby;
}

function failed(
  address: Address,
  failures: readonly { readonly host: string; readonly error: unknown }[],
): DriftmarkError {
  const last = failures.at(-1)?.error;
  const known = failures.find(({ error }) => error instanceof DriftmarkError)?.error;
  if (known instanceof DriftmarkError) return known;
  return new DriftmarkError('connection-failed', `Could not connect to ${labelOf(address)}.`, {
    details: failures.map(({ host, error }) => ({
      label: failures.length > 1 ? host : 'reason',
      text: [messageOf(error), codeOf(error) && `(${codeOf(error) ?? ''})`].filter(Boolean).join(' '),
    })),
    remedy: remedyFor(codeOf(last), messageOf(last)),
    cause: last,
  });
}

function remedyFor(code: string | undefined, message: string): string {
  if (code === '28P01' || code === '28000' || message.includes('password'))
    return 'Check the user and the password: in the URL, PGPASSWORD or ~/.pgpass (which only its owner may read).';
  if (code === '3D000') return 'Check the name of the database.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Check the name of the host.';
  if (/SSL|TLS|certificate|self.signed|altnames/i.test(message))
    return 'Check sslmode and sslrootcert: verify-full wants the authority that signed the certificate of the server, and its host name.';
  return 'Check that the server is running, and the host and the port.';
}

/** The SQLSTATE or system error code of whatever was thrown. */
export function codeOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The message of whatever was thrown; that of the first of several for a host with several addresses. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
