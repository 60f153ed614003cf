/**
 * How long, in milliseconds, a statement waits for a lock. A scratch database has no other users. After a longer
 * wait, the migration waits for its own other connection, for ever, and PostgreSQL cannot detect that.
 */
export const LOCK_PATIENCE = { lock_timeout: 30_000 } as const;

/** The part of node-postgres's connection that is used here, for any version in the project. */
interface RawConnection {
  query: (...args: unknown[]) => unknown;
  end: (...args: unknown[]) => unknown;
  on(event: 'drain', listener: () => void): void;
  readonly connection?: { readonly stream?: { ref?(): void; unref?(): void } };
}

/**
 * Lets a connection keep the process alive only while a query is on its way. So if a migration waits for a promise
 * that is never settled, its process exits instead of hanging. A hook of knex's pool.
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
 * Stops knex from searching for idle connections: its timer would keep the process alive as long as connections
 * exist. All connections are closed at the end anyway.
 */
export function withoutReaping(db: unknown): void {
  const { pool } = (db as { client: { pool?: { _startReaping?: () => void } } }).client;
  if (pool) pool._startReaping = () => undefined;
}
