import type pg from 'pg';
import { destroyClient } from '../../postgres/client.js';
import { connect } from '../../postgres/connect.js';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { simpleQuery } from '../../postgres/simple-query.js';
import { migrationFailure, withTransactionRemedy, type StatementFailure } from '../errors/failure.js';
import { describeQueryFailure } from '../errors/query-failure.js';
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

export function openSqlSession({
  folder,
  connection,
  signal,
  onSql,
  platformExtensions,
}: SqlSessionOptions): SqlSession {
  let client: pg.Client | undefined;
  const counting = writeCounting(folder);
  const close = async (): Promise<void> => {
    const closing = client;
    client = undefined;
    await closing?.end().catch(() => undefined);
  };
  const open = async (direction: Direction, migration: Migration): Promise<pg.Client> => {
    if (client) return client;
    client = await connect(connection, signal, { lockTimeout: LOCK_PATIENCE.lock_timeout });
    if (folder.session === 'keep') await restoreSettings(client, folder, direction, migration);
    return client;
  };
  const send = async (
    open: pg.Client,
    { queries, ...script }: SqlScript,
    known: { failure: StatementFailure },
  ): Promise<void> => {
    if (script.transaction) await open.query('BEGIN');
    for (const [at, query] of queries.entries()) {
      if (platformExtensions && (await replaceMissingExtension(open, query.text, platformExtensions)))
        continue;
      const start = performance.now();
      let completed = 0;
      const run = () => simpleQuery(open, query.text, () => completed++, query.copyData);
      try {
        await run().catch(async (error: unknown) => {
          if (script.transaction || !(await madeTemplate1(open, error))) throw error;
          await run();
        });
      } catch (error) {
        known.failure = withTransactionRemedy(
          describeQueryFailure({ ...script, queries }, at, completed, error),
          layoutNamed(folder.layout),
        );
        throw error;
      }
      onSql?.(query.text, performance.now() - start);
    }
    if (script.transaction) await open.query('COMMIT');
    await counting.flush(open, folder.session === 'reset' ? 'RESET ALL; RESET SESSION AUTHORIZATION;' : '');
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
        await client?.query('ROLLBACK').catch(() => undefined);
        await counting.flush(client);
        await close();
        throw migrationFailure({ phase: direction, migration }, error, known.failure, connection.password);
      }
    },
    stop: () => {
      if (client) destroyClient(client);
    },
    close,
    areWritesCounted: counting.isComplete,
  };
}
