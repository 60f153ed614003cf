import type pg from 'pg';
import { databaseErrorIn, isConnectionLost, messageOf } from '../postgres/query-error.js';
import { DriftmarkError } from '../errors.js';

export { connect } from '../postgres/connect.js';

/** The first value of the first row. */
export async function scalar(client: pg.Client, sql: string): Promise<unknown> {
  const result = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
  return result.rows[0]?.[0];
}

/** A statement that PostgreSQL refused, with all that it said. */
export function sqlFailure(message: string, error: unknown, remedy: string): DriftmarkError {
  const details = [{ label: 'PostgreSQL', text: messageOf(error) }];
  const refusal = databaseErrorIn(error);
  for (const label of ['detail', 'hint'] as const)
    if (refusal?.[label]) details.push({ label, text: refusal[label] });
  if (refusal) details.push({ label: 'SQLSTATE', text: refusal.code });
  return new DriftmarkError('scratch-failed', message, {
    details,
    cause: error,
    remedy,
  });
}

/** An error of work on the scratch server. If the connection was lost, it says so, and what to do. */
export function scratchError(error: unknown): unknown {
  if (error instanceof DriftmarkError || !isConnectionLost(error)) return error;
  return sqlFailure(
    'The connection to the scratch server was lost.',
    error,
    'Run it again. If it fails again, check the log of the server, and whether a migration ends connections.',
  );
}
