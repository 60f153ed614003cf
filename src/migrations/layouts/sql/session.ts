import { readFile } from 'node:fs/promises';
import type pg from 'pg';
import { LOCK_PATIENCE } from '../../runner/unref-sockets.js';
import { migrationFailure, type StatementFailure } from '../../errors/failure.js';
import type { Migration, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';
import { indexOfPosition, placeAt } from '../../errors/source-location.js';
import type { Direction } from '../../runner/protocol.js';
import { MetaCommand, splitStatements, type SqlStatement } from '../../../postgres/sql-statements.js';

/** At the top of a file whose statements cannot run in a transaction: CREATE INDEX CONCURRENTLY and the like. */
const NO_TRANSACTION = /^\s*--\s*driftmark:\s*no-transaction\b/;

/** Where a statement cannot run in a transaction block (`active_sql_transaction`). */
const NEEDS_NO_TRANSACTION = '25001';

/** Loads the driver. */
export async function warmUp(): Promise<void> {
  await import('pg');
}

/** Runs files of SQL, a statement at a time, each file in one transaction unless it says otherwise. */
export function openSqlSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  let connected: Promise<pg.Client> | undefined;
  const run = async (
    phase: Direction,
    migration: Migration,
    file: string,
    mayBegin: () => Promise<void>,
  ): Promise<void> => {
    const known: { failure: StatementFailure } = { failure: {} };
    try {
      const client = await (connected ??= connect(setup));
      const sql = (await readFile(file, 'utf8')).replace(/^\ufeff/, '');
      const send = async (statement: SqlStatement): Promise<void> => {
        const start = performance.now();
        try {
          await client.query(statement.text);
        } catch (thrown) {
          known.failure = failureOf(sql, statement, thrown);
          throw thrown;
        }
        if (setup.reportSql) observer.sql(statement.text, performance.now() - start);
      };
      const statements = statementsOf(sql, known);
      await mayBegin();
      await runAll(client, statements, NO_TRANSACTION.test(sql), send);
    } catch (thrown) {
      throw migrationFailure({ phase, migration }, thrown, known.failure, setup.connection.password);
    }
  };
  return Promise.resolve({
    up: (migration, mayBegin) => run('up', migration, migration.file, mayBegin),
    down: (migration, mayBegin) => run('down', migration, migration.downFile ?? migration.file, mayBegin),
    release: async () => {
      await (await connected)?.end();
      connected = undefined;
    },
  });
}

async function connect({ connection }: SessionSetup): Promise<pg.Client> {
  const { default: postgres } = await import('pg');
  const client = new postgres.Client({
    ...connection,
    ssl: connection.ssl ?? false,
    ...LOCK_PATIENCE,
  });
  await client.connect();
  return client;
}

function statementsOf(sql: string, known: { failure: StatementFailure }): readonly SqlStatement[] {
  try {
    return splitStatements(sql);
  } catch (error) {
    if (error instanceof MetaCommand) {
      known.failure = {
        place: placeAt(sql, error.index),
        remedy: 'Write what it does as SQL, or remove it.',
      };
    }
    throw error;
  }
}

async function runAll(
  client: pg.Client,
  statements: readonly SqlStatement[],
  withoutTransaction: boolean,
  send: (statement: SqlStatement) => Promise<void>,
): Promise<void> {
  if (!withoutTransaction) await client.query('BEGIN');
  try {
    for (const statement of statements) await send(statement);
    if (!withoutTransaction) await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  // What a file sets is for itself alone.
  await client.query('RESET ALL; RESET SESSION AUTHORIZATION').catch(() => undefined);
}

/** The statement that failed, and where in the file PostgreSQL says that it did. */
function failureOf(sql: string, { text, start }: SqlStatement, thrown: unknown): StatementFailure {
  const { position, code } = thrown as { readonly position?: string; readonly code?: string };
  const within = position === undefined ? 0 : indexOfPosition(text, Number(position));
  return {
    sql: text,
    place: placeAt(sql, start + within),
    ...(code === NEEDS_NO_TRANSACTION && {
      remedy: 'Put it in a file of its own that begins with the line `-- driftmark: no-transaction`.',
    }),
  };
}
