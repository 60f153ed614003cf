import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectMigrations, findMigrations } from '#src/migrations/migrations.js';
import { build, type Built } from '#src/replay/replay.js';
import { inFolder } from '../support/folders.js';
import { startServer, type TestServer } from '../support/own-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

/** Builds migrations of golang-migrate, which runs all files on one connection. */
const buildOf = (migrations: readonly (readonly [up: string, down: string])[]): Promise<Built> =>
  inFolder(async (dir) => {
    const folder = path.join(dir, 'migrations');
    await mkdir(folder);
    for (const [at, [up, down]] of migrations.entries()) {
      await writeFile(path.join(folder, `${at + 1}_m.up.sql`), up);
      await writeFile(path.join(folder, `${at + 1}_m.down.sql`), down);
    }
    const target = {
      name: 'test',
      dir,
      migrations: folder,
      detected: await detectMigrations(folder, dir, 'golang-migrate'),
      report: path.join(dir, 'report.sql.md'),
      settings: {},
    };
    const read = await findMigrations(folder, { projectDir: dir, layout: 'golang-migrate' });
    return build(
      { target, folder: read, format: 'full', down: true },
      { server: Promise.resolve(test.server), notice: () => undefined, output: () => undefined },
    );
  });

const FAILS = 'SELECT 1 / 0;';
const addColumn = (name: string): readonly [string, string] => [
  `ALTER TABLE a ADD ${name} int;`,
  `ALTER TABLE a DROP ${name};`,
];

describe('settings that a migration leaves on the connection', () => {
  it('reach the next migration after a down migration that failed', async () => {
    const { failedDowns, schema } = await buildOf([
      ['CREATE SCHEMA app;\n-- for all\nSET search_path = app;', 'DROP SCHEMA app; RESET search_path;'],
      ['CREATE TABLE a (b int);', FAILS],
      addColumn('c'),
      ['ALTER TABLE a ADD d int;', FAILS],
      ['ALTER TABLE a ADD e int;', FAILS],
    ]);
    expect(schema.objects.table.map((table) => [table.schema, table.name])).toEqual([['app', 'a']]);
    expect(failedDowns.map(({ migration }) => migration)).toEqual(['5_m.up.sql', '4_m.up.sql', '2_m.up.sql']);
  });

  it('reach the next migration in a copy of a database', async () => {
    const columns = Array.from({ length: 24 }, (_, at) => addColumn(`c${at}`));
    const { failedDowns } = await buildOf([
      ["CREATE SCHEMA app; SELECT set_config('search_path', 'app', false);", 'DROP SCHEMA app CASCADE;'],
      ['CREATE TABLE a (b int);', 'DROP TABLE a;'],
      ...columns,
      ['ALTER TABLE a ADD d int;', 'ALTER TABLE a DROP d, ADD x int;'],
      addColumn('e'),
      ['ALTER TABLE a ADD f int;', FAILS],
      ['ALTER TABLE a ADD g int;', FAILS],
    ]);
    expect(failedDowns.map(({ migration }) => migration)).toEqual([
      '30_m.up.sql',
      '29_m.up.sql',
      '27_m.up.sql',
    ]);
  });
});
