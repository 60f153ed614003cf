import type pg from 'pg';
import { destroyClient, inOnePiece } from '../../postgres/client.js';
import { connect } from '../../postgres/connect.js';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { simpleQueries, type SendSimpleQuery } from '../../postgres/simple-query.js';
import { withTransactionRemedy, type StatementFailure } from '../errors/failure.js';
import { migrationFailure } from '../errors/migration-failure.js';
import type { Migration, MigrationsFolder, SqlScript } from '../layouts/layout.js';
import { layoutNamed } from '../layouts/layouts.js';
import type { Direction } from './protocol.js';
import { replaceMissingExtension, type PlatformExtensions } from './missing-extensions.js';
import { restoreSettings } from './session-settings.js';
import { madeTemplate1 } from './template1.js';
import { writeCounting } from './write-counting.js';
import { LOCK_PATIENCE } from './unref-sockets.js';

export interface SqlSessionOptions {
  readonly folder: MigrationsFolder;
  readonly connection: ConnectionSettings;
  readonly signal: AbortSignal;
  /** Receives each query when it has finished. */
  readonly onSql?: ((sql: string, milliseconds: number) => void) | undefined;
  readonly platformExtensions?: PlatformExtensions | undefined;
}

/** Runs migrations that are SQL, on one connection, in this process. */
export interface SqlSession {
  /**
   * Runs one migration. After a failure the next one gets a new connection.
   *
   * @throws DriftmarkError `migration-failed`
   */
  run(direction: Direction, migration: Migration): Promise<void>;
  /** Breaks the connection immediately, so that the running step fails. */
  stop(): void;
  close(): Promise<void>;
  /** As that of the runner. */
  readonly areWritesCounted: () => boolean;
}

/** A connection. */
interface Opened {
  readonly client: pg.Client;
  readonly sendQuery: SendSimpleQuery;
}

/** While the server waits for the data of COPY, it must not get another query. */
const MAY_COPY = /copy/i;

export function openSqlSession({
  folder,
  connection,
  signal,
  onSql,
  platformExtensions,
}: SqlSessionOptions): SqlSession {
  let opened: Opened | undefined;
  const counting = writeCounting(folder);
  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await closing?.client.end().catch(() => undefined);
  };
  const open = async (direction: Direction, migration: Migration): Promise<Opened> => {
    if (opened) return opened;
    const client = await connect(connection, signal, {
      lockTimeout: LOCK_PATIENCE.lock_timeout,
      pipeline: true,
    });
    opened = { client, sendQuery: await simpleQueries(client) };
    if (folder.session === 'keep') await restoreSettings(client, folder, direction, migration);
    return opened;
  };
  /**
   * Sends a script. What need not wait for an answer is sent in one piece: BEGIN with the first query, and with the last
   * one COMMIT and the end of its settings. After a query that failed, they change nothing.
   */
  const send = async (
    { client: open, sendQuery }: Opened,
    { queries, ...script }: SqlScript,
    known: { failure: StatementFailure },
  ): Promise<void> => {
    let isBegun = false;
    const begin = (): Promise<unknown> | undefined => {
      if (!script.transaction || isBegun) return undefined;
      isBegun = true;
      return open.query('BEGIN');
    };
    let finished: Promise<unknown> | undefined;
    const finish = (): Promise<unknown> => {
      const committed = isBegun ? open.query('COMMIT') : undefined;
      const reset = folder.session === 'reset' ? 'RESET ALL; RESET SESSION AUTHORIZATION;' : '';
      const done = Promise.all([committed, counting.flush(open, reset)]);
      done.catch(() => undefined); // awaited below, unless the query fails
      return done;
    };
    for (const [at, query] of queries.entries()) {
      if (platformExtensions) await begin();
      if (platformExtensions && (await replaceMissingExtension(open, query.text, platformExtensions)))
        continue;
      const start = performance.now();
      let completed = 0;
      const run = () =>
        inOnePiece(open, () => {
          const begun = begin();
          const onStatement = () => completed++;
          const sent = sendQuery(query.text, { onStatement, copyData: query.copyData });
          if (at === queries.length - 1 && !MAY_COPY.test(query.text)) finished = finish();
          return Promise.all([sent, begun]);
        });
      try {
        await run().catch(async (error: unknown) => {
          if (script.transaction || !(await madeTemplate1(open, error))) throw error;
          await run();
        });
      } catch (error) {
        const { describeQueryFailure } = await import('../errors/query-failure.js');
        known.failure = withTransactionRemedy(
          describeQueryFailure({ ...script, queries }, at, completed, error),
          layoutNamed(folder.layout),
        );
        throw error;
      }
      onSql?.(query.text, performance.now() - start);
    }
    await (finished ?? finish());
  };
  return {
    run: async (direction, migration) => {
      const script = migration[direction];
      if (script === undefined) throw new Error(`${migration.name} has no SQL to run ${direction}.`);
      const known: { failure: StatementFailure } = { failure: {} };
      try {
        await send(await open(direction, migration), script, known);
      } catch (error) {
        // Roll back first: the server ends a session some time after its connection is closed.
        await opened?.client.query('ROLLBACK').catch(() => undefined);
        await counting.flush(opened?.client);
        await close();
        throw await migrationFailure(
          { phase: direction, migration },
          error,
          known.failure,
          connection.password,
        );
      }
    },
    stop: () => {
      if (opened) destroyClient(opened.client);
    },
    close,
    areWritesCounted: counting.isComplete,
  };
}
