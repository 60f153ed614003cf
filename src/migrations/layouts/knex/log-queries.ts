import type { Knex } from 'knex';
import { databaseErrorIn } from '../../../postgres/query-error.js';
import type { StatementFailure } from '../../errors/failure.js';

interface Query {
  readonly sql: string;
  readonly __knexQueryUid?: string;
}

/**
 * Listens to the statements of a knex instance. Gives back a function that tells the statement which
 * failed, and the server's words without the statement that knex puts before them.
 */
export function observeQueries(
  db: Knex,
  onSql: ((sql: string, milliseconds: number) => void) | undefined,
): (thrown: unknown) => StatementFailure {
  const failed = new WeakMap<object, string>();
  const started = new Map<string, number>();
  const finish = ({ sql, __knexQueryUid: id }: Query): void => {
    const start = id === undefined ? undefined : started.get(id);
    if (id === undefined || start === undefined) return;
    started.delete(id);
    onSql?.(sql, performance.now() - start);
  };
  db.on('query-error', (error: unknown, query: Query) => {
    if (typeof error === 'object' && error !== null && !failed.has(error)) failed.set(error, query.sql);
    finish(query);
  });
  if (onSql) {
    db.on('query', ({ __knexQueryUid: id }: Query) => {
      if (id !== undefined) started.set(id, performance.now());
    });
    db.on('query-response', (_response: unknown, query: Query) => {
      finish(query);
    });
  }
  return (thrown) => {
    const error = databaseErrorIn(thrown);
    const sql = error && failed.get(error);
    if (error === undefined || sql === undefined) return {};
    const prefix = `${sql} - `;
    const wrapped = error === thrown && error.message.startsWith(prefix);
    return { sql, ...(wrapped && { message: error.message.slice(prefix.length) }) };
  };
}
