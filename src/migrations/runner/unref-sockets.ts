/**
 * How long, in milliseconds, a statement waits for a lock. Nobody else works on a scratch database: a longer wait is that of a migration
 * for another connection of its own, which PostgreSQL cannot know to be for ever.
 */
export const LOCK_PATIENCE = { lock_timeout: 30_000 } as const;

/** What is used here of a connection of node-postgres, whichever copy of it the project has. */
interface RawConnection {
  query: (...args: unknown[]) => unknown;
  end: (...args: unknown[]) => unknown;
  on(event: 'drain', listener: () => void): void;
  readonly connection?: { readonly stream?: { ref?(): void; unref?(): void } };
}

/**
 * Lets a connection keep the process alive only while a query is on its way. So a migration that waits for a promise
 * which nothing settles comes to the end of its process, and does not hang. A hook of knex's pool.
 */
export function idleConnections(raw: unknown, done: (error: null, connection: unknown) => void): void {
  const connection = raw as RawConnection;
  const stream = connection.connection?.stream;
  const busy = (method: 'query' | 'end'): void => {
    const own = connection[method].bind(connection);
    connection[method] = (...args) => {
      stream?.ref?.();
      return own(...args);
    };
  };
  busy('query');
  busy('end');
  connection.on('drain', () => stream?.unref?.());
  stream?.unref?.();
  done(null, raw);
}

/**
 * Keeps a knex from looking for connections that it could close: the timer for that runs as long as there are any, and
 * would keep the process alive. All are closed in the end anyway.
 */
export function withoutReaping(db: unknown): void {
  const { pool } = (db as { client: { pool?: { _startReaping?: () => void } } }).client;
  if (pool) pool._startReaping = () => undefined;
}
