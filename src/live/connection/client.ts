import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { destroyClient, endSession, newClient } from '../../postgres/client.js';
import type { Address } from './address.js';
import { passwordFromFile } from './password-file.js';

/** No answer within this time means that the network is gone: the server enforces shorter limits of its own. */
const QUERY_TIMEOUT_MS = 150_000;
/** How long a connection may take to close. */
const SHUTDOWN_TIMEOUT_MS = 1_000;

/** A client for one host of an address. Settings are made within the transaction: a pooler refuses others. */
export function clientFor(
  address: Address,
  host: string,
  port: number,
  ssl: pg.ClientConfig['ssl'],
): Promise<pg.Client> {
  const { user, database, password } = address;
  return newClient({
    host,
    port,
    user,
    database,
    // The password file is read only if the server asks for a password.
    password: async () => password ?? (await passwordFromFile({ host, port, database, user })),
    ssl: ssl ?? false,
    query_timeout: QUERY_TIMEOUT_MS,
  });
}

/** Closes a connection. A broken connection may never confirm that it closed: it is destroyed after a second. */
export async function closeClient(client: pg.Client): Promise<void> {
  const ending = endSession(client).catch(() => undefined);
  await within(SHUTDOWN_TIMEOUT_MS, ending).catch(() => {
    destroyClient(client);
  });
}

/** A connection attempt, or the closing of one, took too long. */
export class TimeoutExpired extends Error {
  override readonly name = 'TimeoutExpired';
}

/**
 * Rejects if `work` takes longer than a time, or as soon as `signal` is aborted. node-postgres has a limit of its own,
 * which does not cover every step of a connection attempt.
 * @throws {TimeoutExpired}
 */
export async function within<T>(milliseconds: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  const done = new AbortController();
  const stop = (): void => {
    done.abort(signal?.reason);
  };
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  const limit = sleep(Math.max(0, milliseconds), undefined, { signal: done.signal }).then(() => {
    throw new TimeoutExpired('timeout expired');
  });
  // The one that settles second is ignored, also if it rejects.
  for (const each of [work, limit]) each.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    signal?.removeEventListener('abort', stop);
    done.abort();
  }
}
