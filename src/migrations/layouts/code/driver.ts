import type pg from 'pg';
import type { ConnectionSettings } from '../../../postgres/connection-settings.js';
import { causesOf } from '../../../postgres/query-error.js';
import { idleConnections, LOCK_PATIENCE } from '../../runner/unref-sockets.js';
import type { StatementFailure } from '../../errors/failure.js';

/** node-postgres, in the shape in which libraries take it instead of their own. */
export type Driver = typeof pg & {
  /** What is known about the statement that failed with an error, or with the error that this one wraps. */
  readonly failureOf: (thrown: unknown) => StatementFailure;
};

type OnSql = (sql: string, milliseconds: number) => void;

/**
 * A node-postgres whose connections all lead to one database, whatever a library or a migration passes to it, and
 * which remembers the statement of each error.
 */
export async function driverFor(connection: ConnectionSettings, onSql: OnSql | undefined): Promise<Driver> {
  const { default: postgres } = await import('pg');
  const failed = new WeakMap<object, string>();
  const settings = {
    ...connection,
    // A function, because node-postgres would look up an empty string elsewhere.
    password: () => connection.password ?? '',
    ssl: connection.ssl ?? false,
    application_name: 'driftmark',
    ...LOCK_PATIENCE,
  };

  class Client extends postgres.Client {
    constructor() {
      super(settings);
      this.on('error', () => undefined);
      observe(this, (sql, milliseconds, error) => {
        if (typeof error === 'object' && error !== null) failed.set(error, sql);
        else onSql?.(sql, milliseconds);
      });
      this.once('drain', () => {
        idleConnections(this, () => undefined);
      });
    }
  }
  class Pool extends postgres.Pool {
    constructor(options?: pg.PoolConfig) {
      super({ ...options, ...settings, Client, allowExitOnIdle: true, min: 0 });
    }
  }
  return Object.assign(Object.create(postgres) as typeof pg, {
    Client,
    Pool,
    failureOf: (thrown: unknown): StatementFailure => {
      for (const error of causesOf(thrown)) {
        const sql = failed.get(error);
        if (sql !== undefined) return { sql };
      }
      return {};
    },
  });
}

type OnQuery = (sql: string, milliseconds: number, error?: unknown) => void;

/** Tells of each query of a client when it has finished, whichever of its forms a library uses. */
function observe(client: pg.Client, onQuery: OnQuery): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const observed = (...args: unknown[]): unknown => {
    const [config] = args;
    const sql = typeof config === 'string' ? config : textOf(config);
    if (sql === undefined) return query(...args);
    const start = performance.now();
    const finish = (error?: unknown): void => {
      onQuery(sql, performance.now() - start, error);
    };
    const at = args.findLastIndex((arg) => typeof arg === 'function');
    const callback = args[at] as ((error: unknown, result: unknown) => void) | undefined;
    if (callback) {
      args[at] = (error: unknown, result: unknown) => {
        finish(error ?? undefined);
        callback(error, result);
      };
      return query(...args);
    }
    const result = query(...args);
    if (result instanceof Promise)
      result.then(
        () => {
          finish();
        },
        (error: unknown) => {
          finish(error);
        },
      );
    return result;
  };
  Object.assign(client, { query: observed });
}

const textOf = (config: unknown): string | undefined =>
  typeof config === 'object' && config !== null && 'text' in config && typeof config.text === 'string'
    ? config.text
    : undefined;
