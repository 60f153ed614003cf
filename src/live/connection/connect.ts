import type pg from 'pg';
import { DriftmarkError } from '../../errors.js';
import { codeOf, messageOf } from '../../postgres/query-error.js';
import { labelOf, type Address, type SessionAttrs } from './address.js';
import { destroyClient } from '../../postgres/client.js';
import { clientFor, closeClient, within } from './client.js';
import { NO_PASSWORD } from './password-file.js';
import { tlsAttempts } from '../../postgres/tls.js';

/** node-postgres' own limit comes first, where it has one, for it says more. */
const GRACE_MS = 1_000;

/**
 * Connects to the first host that answers and is what is asked for. No parameter that a pooler refuses is sent with
 * the connection.
 * @throws {DriftmarkError} `connection-failed`, with the reason of each host; at once the signal's reason once that is given.
 */
export async function connectLive(address: Address, signal?: AbortSignal): Promise<pg.Client> {
  const failures: { readonly host: string; readonly error: unknown }[] = [];
  const attempts =
    address.sessionAttrs === 'prefer-standby' ? (['standby', 'any'] as const) : [address.sessionAttrs];
  for (const attrs of attempts) {
    for (const { host, port } of address.hosts) {
      try {
        return await connectHost(address, { host, port, attrs }, signal);
      } catch (error) {
        signal?.throwIfAborted();
        failures.push({ host: `${host}:${port}`, error });
      }
    }
  }
  throw failed(address, failures);
}

interface Wanted {
  readonly host: string;
  readonly port: number;
  readonly attrs: SessionAttrs;
}

async function connectHost(
  address: Address,
  { host, port, attrs }: Wanted,
  signal: AbortSignal | undefined,
): Promise<pg.Client> {
  let last: unknown;
  for (const ssl of tlsAttempts(address.tls, host)) {
    signal?.throwIfAborted();
    const client = await clientFor(address, host, port, ssl);
    const connecting = client.connect().then(() => isWanted(client, attrs));
    try {
      if (await within(address.connectTimeout * 1000 + GRACE_MS, connecting, signal)) return client;
      throw new Error(`it is not ${attrs}`);
    } catch (error) {
      last = error;
      if (signal?.aborted) destroyClient(client);
      else await closeClient(client);
      // It is no better without TLS, where it might be read by others.
      if (codeOf(error) === '28P01' || messageOf(error) === NO_PASSWORD) break;
    }
  }
  throw last;
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
