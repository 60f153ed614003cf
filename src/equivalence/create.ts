import type { Client, QueryConfig } from 'pg';
import type { Statement } from './ddl.js';

/** A statement that failed, and why. */
export interface Failure {
  readonly statement: Statement;
  readonly reason: string;
}

/**
 * Runs statements in an open transaction, in an order in which they succeed: failed statements are tried again as long
 * as at least one of them succeeds, and then their smaller steps.
 * @returns the statements that never succeeded.
 */
export async function create(
  connection: Client,
  statements: readonly Statement[],
): Promise<readonly Failure[]> {
  let failures: readonly Failure[] = statements.map((statement) => ({ statement, reason: '' }));
  for (;;) {
    const next: Failure[] = [];
    for (const { statement } of failures) {
      const reason = await attempt(connection, statement.sql);
      if (reason !== undefined) next.push({ statement, reason });
    }
    const isStuck = next.length === failures.length;
    failures = isStuck ? next.flatMap(({ statement, reason }) => steps(statement, reason)) : next;
    if (next.length === 0 || (isStuck && failures.length === next.length)) return failures;
  }
}

const steps = (statement: Statement, reason: string): readonly Failure[] =>
  statement.instead?.map((step) => ({ statement: step, reason })) ?? [{ statement, reason }];

/** Runs exactly one statement: the extended protocol refuses a second one in the same text. */
async function attempt(connection: Client, text: string): Promise<string | undefined> {
  const alone: QueryConfig & { readonly queryMode: 'extended' } = { text, queryMode: 'extended' };
  await connection.query('SAVEPOINT statement');
  try {
    await connection.query(alone);
    await connection.query('RELEASE SAVEPOINT statement');
    return undefined;
  } catch (error) {
    await connection.query('ROLLBACK TO SAVEPOINT statement');
    return error instanceof Error ? error.message : String(error);
  }
}
