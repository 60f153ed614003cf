import { setTimeout as sleep } from 'node:timers/promises';
import { DriftmarkError } from '../errors.js';
import { incompleteError, hiddenBy } from './access.js';
import { labelOf, type Address } from './connection/address.js';
import { destroyClient } from '../postgres/client.js';
import { closeClient } from './connection/client.js';
import { connectLive } from './connection/connect.js';
import { codeOf, messageOf } from '../postgres/query-error.js';
import { readLive, SchemaChangedDuringRead, type LiveReading, type LiveReadOptions } from './read.js';

export interface RetryOptions {
  /** How often it is tried again. */
  readonly retries: number;
  readonly signal?: AbortSignal;
  /** Takes what goes by in waiting, for a connection or until the next attempt: others can be looked at meanwhile. */
  readonly yieldWhile?: <T>(something: Promise<T>) => Promise<T>;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8_000;

/** Recovery conflicts, deadlocks, lock and statement timeouts, shutdowns, too many connections, and what a change of the schema makes of a reading. */
const PASSING_SQLSTATE =
  /^(40001|40P01|55P03|57014|57P0.|08...|25P03|25P04|53300|XX000|42P01|42703|42704|42883)$/;
const PASSING_SYSTEM = /^(ENOENT|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
const PASSING_MESSAGE = /terminated unexpectedly|timeout|Connection ended|not queryable|cache lookup failed/i;

/**
 * Connects, reads, and lets go. What may pass (a standby's recovery conflict, a restart, a change of the schema
 * while it is read) is tried again on a new connection, after ever longer pauses.
 * @throws {DriftmarkError} `connection-failed`, `read-failed`, and what reading throws.
 */
export async function readWithRetries(
  address: Address,
  options: LiveReadOptions,
  { retries, signal, yieldWhile: waitFor = (something) => something }: RetryOptions,
): Promise<LiveReading> {
  for (let attempt = 0; ; attempt++) {
    signal?.throwIfAborted();
    try {
      return await readOnce(address, options, { signal, yieldWhile: waitFor });
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (!isPassing(error)) throw describeFailure(address, error);
      if (attempt >= retries) throw describeFailure(address, error, attempt + 1);
    }
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
    // Many that failed together must not come back together.
    const waiting = sleep(pause * (0.5 + Math.random() / 2), undefined, signal && { signal });
    await waitFor(waiting).catch(() => undefined);
  }
}

async function readOnce(
  address: Address,
  options: LiveReadOptions,
  {
    signal,
    yieldWhile: waitFor,
  }: Pick<Required<RetryOptions>, 'yieldWhile'> & { readonly signal: AbortSignal | undefined },
): Promise<LiveReading> {
  const client = await waitFor(connectLive(address, signal));
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

function isPassing(error: unknown): boolean {
  if (error instanceof SchemaChangedDuringRead) return true;
  const cause = error instanceof DriftmarkError ? error.cause : error;
  if (error instanceof DriftmarkError && error.code !== 'connection-failed') return false;
  const code = codeOf(cause);
  if (code !== undefined && (PASSING_SQLSTATE.test(code) || PASSING_SYSTEM.test(code))) return true;
  return PASSING_MESSAGE.test(messageOf(cause));
}

function describeFailure(address: Address, error: unknown, attempts = 1): DriftmarkError {
  const label = labelOf(address);
  const hidden = hiddenBy(error, address.user);
  if (hidden) return incompleteError(label, [hidden]);
  if (error instanceof DriftmarkError) return error;
  const code = codeOf(error);
  return new DriftmarkError('read-failed', `The schema of ${label} could not be read.`, {
    details: [
      { label: 'reason', text: messageOf(error) },
      ...(code === undefined ? [] : [{ label: 'SQLSTATE', text: code }]),
      ...(attempts > 1 ? [{ label: 'attempts', text: String(attempts) }] : []),
    ],
    remedy:
      attempts > 1
        ? 'Try again when the server is calmer, or with more --retries.'
        : 'See what the server said; on a standby a later attempt may succeed.',
    cause: error,
  });
}
