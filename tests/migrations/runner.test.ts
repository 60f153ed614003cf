import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSpare, withMigrationRunner, type SpareProcess } from '#src/migrations/migrations.js';
import { connect } from '#src/scratch/client.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';
import { find, inProject, makesTable, type Files } from './project.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

const LAYOUTS: readonly { readonly layout: 'knex' | 'sql'; readonly files: Files }[] = [
  { layout: 'knex', files: { 'migrations/1_first.js': makesTable('first') } },
  {
    layout: 'sql',
    files: {
      'migrations/1_first.up.sql': 'CREATE TABLE first (id int);',
      'migrations/1_first.down.sql': 'DROP TABLE first;',
    },
  },
  {
    layout: 'knex',
    files: {
      'migrations/1_first.js': makesTable('first'),
      'knexfile.js': `module.exports = { migrations: { directory: 'migrations', beforeAll: (knex) => knex.raw('CREATE TABLE IF NOT EXISTS hook ()') } };`,
    },
  },
];

describe.each(LAYOUTS)('a step of $layout, $files', ({ layout, files }) => {
  /** What there is before the step may begin, and what in the end. */
  const run = (when: Promise<void>, spare?: (dir: string) => SpareProcess) =>
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
      const [migration] = folder.migrations;
      if (!migration) throw new Error('there is no migration');
      const options = { folder, connection, projectDir: dir, stderr: () => undefined };
      const process = spare?.(dir);
      try {
        return await withMigrationRunner(
          { ...options, ...(process && { spare: process }) },
          async (runner) => {
            let isDone = false;
            const step = runner.up(migration, when).then(() => (isDone = true));
            step.catch(() => undefined);
            // Long enough for all that its tool does before it, on another connection as well.
            for (let look = 0; look < 20; look++) expect(await tables()).toEqual([]);
            expect(isDone).toBe(false);
            await when;
            await step;
            const made = await tables();
            await runner.down(migration, Promise.resolve());
            return [made, await tables()];
          },
        );
      } finally {
        process?.end();
        await client.end();
      }
    });
  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds);
    });

  it('begins when it may', async () => {
    const [made, left] = await run(after(1500));
    expect(made).toContain('first');
    expect(left).not.toContain('first');
  });

  it('never begins where what it waits for fails, and ends with its process', async () => {
    const failure = after(500).then(() => Promise.reject(new Error('no')));
    failure.catch(() => undefined);
    await expect(run(failure)).rejects.toThrow('no');
  });

  it('runs in a process that was there before it', async () => {
    const place = (dir: string) => ({ layout, dir: path.join(dir, 'migrations'), projectDir: dir });
    const [made] = await run(after(500), (dir) => startSpare(place(dir)));
    expect(made).toContain('first');
  });

  it('runs where that process has ended meanwhile', async () => {
    const [made] = await run(after(500), (dir) => {
      const spare = startSpare({ layout, dir: path.join(dir, 'migrations'), projectDir: dir });
      spare.end();
      return spare;
    });
    expect(made).toContain('first');
  });
});
