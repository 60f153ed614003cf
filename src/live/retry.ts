import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { copyError, DriftmarkError } from '../errors.js';
import { destroyClient } from '../postgres/client.js';
import { codeOf, isConnectionLost, messageOf } from '../postgres/query-error.js';
import { hiddenBy, incompleteError } from './access.js';
import { labelOf, type Address } from './connection/address.js';
import { closeClient } from './connection/client.js';
import { connectLive, isAfterContact, retriesFor } from './connection/connect.js';
import type { LiveReading, LiveReadOptions } from './read.js';
import { SchemaChangedDuringRead } from './schema-changed.js';

export interface RetryOptions {
  /** The maximum number of retries. */
  readonly retries: number;
  readonly signal?: AbortSignal;
  /** Runs the waiting (for a connection, or for the next attempt), so that other databases can be checked in between. */
  readonly yieldWhile?: <T>(something: Promise<T>) => Promise<T>;
  /** Called at the start of each attempt (from 1) to connect and read, for progress. */
  readonly onAttempt?: (attempt: number, of: number) => void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/**
 * Recovery conflicts, deadlocks, lock and statement timeouts, shutdowns, too many connections, and the errors of a
 * reading during which the schema changed.
 * https://www.postgresql.org/docs/18/errcodes-appendix.html
 */
const TRANSIENT_SQLSTATE =
  /^(40001|40P01|55P03|57014|57P0.|08...|25P03|25P04|53300|XX000|42P01|42703|42704|42883)$/;
const TRANSIENT_SYSTEM = /^(ENOENT|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const TRANSIENT_MESSAGE = /the server closed the connection|timeout|cache lookup failed/i;

/**
 * Connects, reads and disconnects. After a transient failure (a recovery conflict on a standby, a restart, a schema that
 * changed while it was read) tries again on a new connection, after increasing pauses.
 * @throws {DriftmarkError} `connection-failed`, `read-failed`, and what `readLive` throws.
 */
export async function readWithRetries(
  address: Address,
  options: LiveReadOptions,
  { retries, signal, yieldWhile = (something) => something, onAttempt }: RetryOptions,
): Promise<LiveReading> {
  let wasReached = false;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    onAttempt?.(attempt, retries + 1);
    try {
      return await readOnce(address, options, { signal, yieldWhile });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isTransient(error)) throw describeFailure(address, error);
      wasReached ||= isAfterContact(error);
      if (attempt > retriesFor(error, retries, wasReached)) throw describeFailure(address, error, attempt);
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
    // Checks that failed at the same moment must not all come back at the same moment.
    const waiting = sleep(pause * (0.5 + Math.random() / 2), undefined, signal && { signal });
    await yieldWhile(waiting).catch(() => undefined);
  }
}

async function readOnce(
  address: Address,
  options: LiveReadOptions,
  {
    signal,
    yieldWhile,
  }: Required<Pick<RetryOptions, 'yieldWhile'>> & { readonly signal: AbortSignal | undefined },
): Promise<LiveReading> {
  const [client, { readLive }] = await Promise.all([yieldWhile(connectLive(address, signal)), loadReading()]);
  const stop = (): void => {
    destroyClient(client);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    return await readLive(client, options);
  } finally {
    signal?.removeEventListener('abort', stop);
    await closeClient(client);
  }
}

/**
 * Loads the queries while the server accepts the connection. Loading them keeps this process busy for a while: the first
 * turn of the event loop opens the connection, and the second one sends the login.
 */
async function loadReading() {
  await setImmediate();
  await setImmediate();
  return import('./read.js');
}

function isTransient(error: unknown): boolean {
  if (error instanceof SchemaChangedDuringRead) return true;
  const cause = error instanceof DriftmarkError ? error.cause : error;
  if (error instanceof DriftmarkError && error.code !== 'connection-failed') return false;
  const code = codeOf(cause);
  if (code !== undefined && (TRANSIENT_SQLSTATE.test(code) || TRANSIENT_SYSTEM.test(code))) return true;
  return TRANSIENT_MESSAGE.test(messageOf(cause));
}

/** SQLSTATE `character_not_in_repertoire`: bytes that are not in the encoding of the database. */
const NOT_IN_UTF8 = '22021';

function describeFailure(address: Address, error: unknown, attempts = 1): DriftmarkError {
  const label = labelOf(address);
  const hidden = hiddenBy(error, address.user);
  if (hidden) return incompleteError(label, [hidden]);
  if (error instanceof DriftmarkError) return attempts > 1 ? withAttempts(error, attempts) : error;
  const code = codeOf(error);
  return new DriftmarkError('read-failed', `Could not read the schema of ${label}.`, {
    details: [
      { label: 'reason', text: messageOf(error) },
      ...(code === undefined ? [] : [{ label: 'SQLSTATE', text: code }]),
      ...(attempts > 1 ? [{ label: 'attempts', text: String(attempts) }] : []),
    ],
    remedy:
      code === NOT_IN_UTF8
        ? 'Convert the names and comments of the schema to UTF-8: the database does not check its text (encoding SQL_ASCII), and driftmark reads only UTF-8.'
        : attempts > 1
          ? 'Try again when the server is less busy, or increase --retries.'
          : isConnectionLost(error)
            ? 'Try again. If it fails again, check the log of the server, and whether a pooler, a firewall or an administrator ends connections.'
            : 'Check the reason that the server gave. On a standby, a later attempt may succeed.',
    cause: error,
  });
}

/** Adds the number of attempts to the reason: `connection refused (ECONNREFUSED), 2 attempts`. */
const withAttempts = (error: DriftmarkError, attempts: number): DriftmarkError =>
  copyError(error, {
    details: error.details.map(({ label, text }) => ({ label, text: `${text}, ${attempts} attempts` })),
  });
