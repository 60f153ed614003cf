import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { withMigrationRunner, type MigrationRunner } from '#src/migrations/migrations.js';
import { killGroup, startSpare } from '#src/migrations/runner/child-process.js';
import type { RunnerOptions } from '#src/migrations/runner/steps.js';
import { connect } from '#src/scratch/client.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';
import { find, inProject, makesTable, type Files } from './project.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

const knexSql = (sql: string): string =>
  `exports.up = (knex) => knex.raw(${JSON.stringify(sql)}); exports.down = exports.up;`;

/** The same three migrations in each layout: one creates a table, one fails, one does not end. */
const LAYOUTS: readonly { readonly layout: string; readonly files: Files }[] = [
  {
    layout: 'knex',
    files: {
      'migrations/1_first.js': makesTable('first'),
      'migrations/2_failing.js': knexSql('SELECT 1/0'),
      'migrations/3_endless.js': knexSql('SELECT pg_sleep(600)'),
    },
  },
  {
    layout: 'sql',
    files: {
      'migrations/1_first.up.sql': 'CREATE TABLE first (id int);',
      'migrations/1_first.down.sql': 'DROP TABLE first;',
      'migrations/2_failing.sql': 'CREATE TABLE half (id int); SELECT 1/0;',
      'migrations/3_endless.sql': 'SELECT pg_sleep(600);',
    },
  },
];

interface Bench {
  readonly runner: MigrationRunner;
  /** Runs the migration with this number up. */
  readonly up: (number: 1 | 2 | 3) => Promise<void>;
  readonly down: (number: 1) => Promise<void>;
  /** The tables that the migrations created. */
  readonly tables: () => Promise<string[]>;
}

/** Calls a function with a runner for the migrations of a project. */
const onBench = <T>(files: Files, options: Partial<RunnerOptions>, use: (bench: Bench) => Promise<T>) =>
  inProject(files, async (dir) => {
    const { connection } = await test.server.createDatabase();
    const client = await connect(connection, new AbortController().signal);
    const tables = async () => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename !~ '^knex' ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    };
    const folder = await find(dir);
    try {
      const all = { folder, connection, projectDir: dir, stderr: () => undefined, ...options };
      const migration = (number: number) => {
        const found = folder.migrations[number - 1];
        if (found === undefined) throw new Error(`No migration ${number}.`);
        return found;
      };
      return await withMigrationRunner(all, (runner) =>
        use({
          runner,
          up: (number) => runner.up(migration(number)),
          down: (number) => runner.down(migration(number)),
          tables,
        }),
      );
    } finally {
      await client.end();
    }
  });

describe.each(LAYOUTS)('the runner, with migrations of layout $layout', ({ files }) => {
  it('runs a migration up and down', async () => {
    await onBench(files, {}, async ({ up, down, tables }) => {
      await up(1);
      expect(await tables()).toEqual(['first']);
      await down(1);
      expect(await tables()).toEqual([]);
    });
  });

  it('rolls back a migration that fails, and can run another one', async () => {
    await onBench(files, {}, async ({ up, tables }) => {
      await expect(up(2)).rejects.toMatchObject({
        code: 'migration-failed',
        message: expect.stringContaining('division by zero') as string,
      });
      await up(1);
      expect(await tables()).toEqual(['first']);
    });
  });

  it('stops a migration that takes too long', async () => {
    await onBench(files, { timeout: 1500 }, async ({ up }) => {
      await expect(up(3)).rejects.toMatchObject({
        code: 'migration-failed',
        message: expect.stringContaining('it took longer than 1.5 s, and was stopped') as string,
      });
    });
  });

  it('stops immediately if the signal is aborted', async () => {
    const stop = new AbortController();
    await onBench(files, { signal: stop.signal }, async ({ up }) => {
      const step = up(3);
      setTimeout(() => {
        stop.abort();
      }, 500);
      await expect(step).rejects.toMatchObject({ code: 'interrupted' });
      await expect(up(1)).rejects.toMatchObject({ code: 'interrupted' });
    });
  });
});

describe('the runner reports each SQL statement when it is done', () => {
  it.each([
    {
      of: 'a file',
      files: { 'migrations/1_a.sql': 'CREATE TABLE a (); CREATE TABLE b ();' },
      expected: ['CREATE TABLE a ()', 'CREATE TABLE b ()'],
    },
    {
      of: 'the schema builder of knex, without statements on its history table',
      files: { 'migrations/1_a.js': makesTable('a') },
      expected: ['create table "a" ("id" integer)'],
    },
  ])('of $of', async ({ files, expected }) => {
    const seen: string[] = [];
    await onBench(files, { onSql: (sql) => seen.push(sql) }, async ({ runner }) => {
      await runner.upAll();
    });
    expect(seen.filter((sql) => !/^(BEGIN|COMMIT);?$/i.test(sql))).toEqual(expected);
  });
});

describe('a spare process for migrations', () => {
  const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length;

  it('is for the first folder that takes it', async () => {
    const spare = startSpare();
    const taken = spare.take();
    expect(spare.take()).toBeUndefined();
    spare.end();
    expect(taken?.child.exitCode).toBeNull();
    const exited = taken && once(taken.child, 'exit');
    if (taken) killGroup(taken);
    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  it('is not handed out if the environment changes, as a config may do', () => {
    const spare = startSpare();
    vi.stubEnv('SET_BY_CONFIG', 'yes');
    expect(spare.take()).toBeUndefined();
    vi.unstubAllEnvs();
  });

  it('ends if no folder takes it', async () => {
    const noneIsLeft = () =>
      vi.waitFor(() => {
        expect(processes()).toBe(0);
      });
    await noneIsLeft();
    const spare = startSpare();
    expect(processes()).toBeGreaterThan(0);
    spare.end();
    await noneIsLeft();
  });
});
