import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withMigrationRunner, type MigrationRunner } from '#src/migrations/migrations.js';
import { connect } from '#src/scratch/client.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';
import { find, inProject, type Files } from './project.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

/** How many rows were inserted in pg_class, according to the server's counters. */
async function inserted(client: Client): Promise<number> {
  const { rows } = await client.query<{ n: string }>(
    `SELECT pg_stat_get_tuples_inserted('pg_class'::regclass) AS n`,
  );
  return Number(rows[0]?.n);
}

/** Runs the migrations of a project, one after the other, also if one fails. */
const afterEachOf = (files: Files, look: (runner: MigrationRunner, client: Client) => Promise<void>) =>
  inProject(files, async (dir) => {
    const { connection } = await test.server.createDatabase();
    const client = await connect(connection, new AbortController().signal);
    try {
      const folder = await find(dir);
      await withMigrationRunner(
        { folder, connection, projectDir: dir, stderr: () => undefined },
        async (runner) => {
          for (const migration of folder.migrations) {
            await runner.up(migration).catch(() => undefined);
            await look(runner, client);
          }
        },
      );
    } finally {
      await client.end();
    }
  });

describe('the counters of what migrations wrote', () => {
  it('are complete after each SQL migration, also after one that failed half way', async () => {
    const counts: number[] = [];
    await afterEachOf(
      {
        'migrations/1.sql': 'CREATE TABLE a ();',
        'migrations/2.sql': 'BEGIN; CREATE TABLE b (); COMMIT; CREATE TABLE c (); SELECT 1/0;',
        'migrations/3.sql': 'CREATE TABLE d ();',
      },
      async (runner, client) => {
        expect(runner.areWritesCounted()).toBe(true);
        counts.push(await inserted(client));
      },
    );
    const [first = 0, second = 0, third = 0] = counts;
    expect(second).toBeGreaterThan(first);
    expect(third).toBeGreaterThan(second);
  });

  it.each([
    ['turns them off', 'SET track_counts = off;'],
    ['resets them', 'SELECT pg_stat_reset();'],
    ['may write in another session', "COPY (SELECT 1) TO PROGRAM 'cat >/dev/null';"],
  ])('do not count as complete if a migration %s', async (_, sql) => {
    await afterEachOf({ 'migrations/1.sql': sql }, async (runner) => {
      expect(runner.areWritesCounted()).toBe(false);
      return Promise.resolve();
    });
  });

  it('do not count as complete after the server ended the session', async () => {
    await afterEachOf(
      {
        'migrations/1.sql': 'SELECT pg_terminate_backend(pg_backend_pid());',
        'migrations/2.sql': 'SELECT 1;',
      },
      async (runner) => {
        expect(runner.areWritesCounted()).toBe(false);
        return Promise.resolve();
      },
    );
  });
});
