import type pg from 'pg';
import { DriftmarkError } from '../../errors.js';
import { destroyClient } from '../../postgres/client.js';
import { codeOf, messageOf } from '../../postgres/query-error.js';
import { tlsAttempts } from '../../postgres/tls.js';
import { labelOf, type Address, type SessionAttrs } from './address.js';
import { clientFor, closeClient, TimeoutExpired, within } from './client.js';
import { NO_PASSWORD } from './password-file.js';

/**
 * Connects to the first host that answers and has the wanted `target_session_attrs`. Each host gets the time of
 * `connectTimeout`. Sends no parameter that a pooler refuses.
 * @throws {DriftmarkError} `connection-failed`, with the reason of each host. Once the signal is aborted, its reason.
 */
export async function connectLive(address: Address, signal?: AbortSignal): Promise<pg.Client> {
  const failures: HostFailure[] = [];
  const wanted =
    address.sessionAttrs === 'prefer-standby' ? (['standby', 'any'] as const) : [address.sessionAttrs];
  for (const attrs of wanted) {
    for (const { host, port } of address.hosts) {
      // A host that did not answer at first does not answer a second time.
      if (failures.some((each) => each.host === `${host}:${port}` && isTimeout(each.error))) continue;
      try {
        return await connectHost(address, { host, port, attrs }, signal);
      } catch (error) {
        signal?.throwIfAborted();
        failures.push({ host: `${host}:${port}`, error });
      }
    }
  }
  throw connectionError(address, failures);
}

interface HostFailure {
  readonly host: string;
  readonly error: unknown;
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
  const deadline = performance.now() + address.connectTimeout * 1000;
  for (const ssl of tlsAttempts(address.tls, host)) {
    signal?.throwIfAborted();
    const client = await clientFor(address, host, port, ssl);
    const connecting = client.connect().then(() => hasAttrs(client, attrs));
    try {
      if (await within(deadline - performance.now(), connecting, signal)) return client;
      throw new Error(`the server is not ${attrs}`);
    } catch (error) {
      last = error;
      if (signal?.aborted || isTimeout(error)) destroyClient(client);
      else await closeClient(client);
      // Without TLS it would fail again, and others could read the password.
      if (codeOf(error) === '28P01' || messageOf(error) === NO_PASSWORD || isTimeout(error)) break;
    }
  }
  throw last;
}

async function hasAttrs(client: pg.Client, attrs: SessionAttrs): Promise<boolean> {
  if (attrs === 'any' || attrs === 'prefer-standby') return true;
  const { rows } = await client.query<{ standby: boolean }>(
    'SELECT pg_catalog.pg_is_in_recovery() AS standby',
  );
  const isStandby = rows[0]?.standby === true;
  return (attrs === 'standby' || attrs === 'read-only') === isStandby;
}

const isTimeout = (error: unknown) => error instanceof TimeoutExpired;
const isRefused = (error: unknown) => ['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '');

/**
 * How many retries a failure is worth: none if no host answered in time, one if the server refused the connection, else
 * as many as the user allows. `wasReached`: an earlier attempt got further, so the server may be restarting.
 */
export function retriesFor(error: unknown, retries: number, wasReached: boolean): number {
  const cause = error instanceof DriftmarkError ? error.cause : error;
  if (isTimeout(cause)) return 0;
  return isRefused(cause) && !wasReached ? Math.min(1, retries) : retries;
}

/** Whether a failure came after the server was reached. */
export const isAfterContact = (error: unknown): boolean => {
  const cause = error instanceof DriftmarkError ? error.cause : error;
  return !isTimeout(cause) && !isRefused(cause);
};

function connectionError(address: Address, failures: readonly HostFailure[]): DriftmarkError {
  const last = failures.at(-1)?.error;
  const known = failures.find(({ error }) => error instanceof DriftmarkError)?.error;
  if (known instanceof DriftmarkError) return known;
  return new DriftmarkError('connection-failed', `Could not connect to ${labelOf(address)}.`, {
    details: failures.map(({ host, error }) => ({
      label: failures.length > 1 ? host : 'reason',
      text: reasonOf(error, address),
    })),
    remedy: remedyFor(last),
    cause: last,
  });
}

function reasonOf(error: unknown, { connectTimeout }: Address): string {
  if (isTimeout(error)) return `no answer within ${connectTimeout} s`;
  const code = codeOf(error);
  return code === undefined ? messageOf(error) : `${SYSTEM_ERRORS[code] ?? messageOf(error)} (${code})`;
}

/** Node's messages for these codes repeat the address and the code. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'host not found',
  EHOSTUNREACH: 'host not reachable',
  ENETUNREACH: 'network not reachable',
};

function remedyFor(error: unknown): string {
  const [code, message] = [codeOf(error), messageOf(error)];
  if (isTimeout(error)) return 'Check the firewall or VPN, or increase --connect-timeout.';
  if (isRefused(error)) return 'Check that the server is running on that host and port.';
  if (code === '28P01' || code === '28000' || message.includes('password'))
    return 'Check the user and the password: in the URL, PGPASSWORD or ~/.pgpass (only its owner may have access).';
  if (code === '3D000') return 'Check the name of the database.';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'Check the host name.';
  if (code === '53300') return 'Try again when fewer clients are connected, or increase --retries.';
  if (/SSL|TLS|certificate|self.signed|altnames/i.test(message))
    return 'Check sslmode and sslrootcert: verify-full needs the CA certificate in sslrootcert, and the host name must match the certificate.';
  return 'Check that the server is running, and check the host and the port.';
}
