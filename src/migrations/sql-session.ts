import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { Migration, MigrationSession, SessionObserver, SessionSetup } from './layout.js';
import { migrationFailure } from './failure.js';
import type { Direction } from './protocol.js';

export function openSqlSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  let client: pg.Client | undefined;
  const run = async (phase: Direction, migration: Migration, file: string): Promise<void> => {
    try {
      if (!client) {
        client = new pg.Client({ ...setup.connection, ssl: setup.connection.ssl ?? false });
        await client.connect();
      }
      const start = performance.now();
      const sql = await readFile(file, 'utf8');
      await client.query(sql);
      if (setup.reportSql) observer.sql(sql, performance.now() - start);
    } catch (thrown) {
      throw migrationFailure({ phase, migration }, thrown, {}, setup.connection.password);
    }
  };
  return Promise.resolve({
    up: (migration) => run('up', migration, migration.file),
    down: (migration) => run('down', migration, migration.downFile ?? migration.file),
    release: async () => {
      await client?.end();
      client = undefined;
    },
  });
}
