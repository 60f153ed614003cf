import type { Knex } from 'knex';
import { databaseErrorIn } from '../../../postgres/query-error.js';
import type { StatementFailure } from '../../errors/failure.js';
import { PROBE } from './migrator.js';

interface Query {
  readonly sql: string;
  /** The connection, which runs one query at a time. */
  readonly __knexUid?: string;
}

type OnSql = (sql: string, milliseconds: number) => void;

/**
 * Listens to the statements of a knex instance, also to those of the schema builder.
 *
 * @param historyTable knex's own table, whose statements are not reported
 * @returns a function that finds the statement which failed with an error, and the server's message without the statement
 * that knex puts before it
 */
export function observeQueries(
  db: Knex,
  onSql: OnSql | undefined,
  historyTable: string,
): (thrown: unknown) => StatementFailure {
  const failed = new WeakMap<object, string>();
  db.on('query-error', (error: unknown, query: Query) => {
    if (typeof error === 'object' && error !== null && !failed.has(error)) failed.set(error, query.sql);
  });
  if (onSql) reportQueries(db, onSql, historyTable);
  return (thrown) => {
    const error = databaseErrorIn(thrown);
    const sql = error && failed.get(error);
    if (error === undefined || sql === undefined) return {};
    const prefix = `${sql} - `;
    const wrapped = error === thrown && error.message.startsWith(prefix);
    return { sql, ...(wrapped && { message: error.message.slice(prefix.length) }) };
  };
}

function reportQueries(db: Knex, onSql: OnSql, historyTable: string): void {
  const started = new Map<string | undefined, number>();
  const isOwn = (sql: string) =>
    sql.includes(`"${historyTable}"`) || sql.includes(`"${historyTable}_lock"`) || sql === PROBE;
  const finish = ({ sql, __knexUid: connection }: Query): void => {
    const start = started.get(connection);
    started.delete(connection);
    // knex asks information_schema whether its tables are there.
    if (start !== undefined && !isOwn(sql) && !sql.includes('information_schema.tables where table_name = '))
      onSql(sql, performance.now() - start);
  };
  db.on('query', ({ __knexUid: connection }: Query) => {
    started.set(connection, performance.now());
  });
  db.on('query-response', (_response: unknown, query: Query) => {
    finish(query);
  });
  db.on('query-error', (_error: unknown, query: Query) => {
    finish(query);
  });
}
