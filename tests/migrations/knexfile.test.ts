import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectMigrations, readMigrations, type MigrationsFolder } from '#src/migrations/migrations.js';
import { build } from '#src/replay/replay.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { inProject, makesTable, type Files } from './project.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

interface Settings {
  readonly knexfile?: string;
  readonly knexEnvironment?: string;
}

/** Reads the migrations of a folder of a project, and uses them while the project is there. */
const inFolderOf = <T>(
  files: Files,
  folder: string,
  { knexfile, ...settings }: Settings,
  use: (found: MigrationsFolder, dir: string) => Promise<T>,
): Promise<T> =>
  inProject(files, async (dir) => {
    const detected = await detectMigrations(path.join(dir, folder), dir);
    if (!detected) throw new Error('nothing was detected');
    const own = knexfile === undefined ? {} : { knexfile: path.join(dir, knexfile) };
    return use(await readMigrations(detected, { ...own, ...settings }), dir);
  });

/** What a report of a project's migrations has: tables with columns, and the downs that fail. */
const built = (files: Files, folder = 'migrations', settings: Settings = {}) =>
  inFolderOf(files, folder, settings, async (found, dir) => {
    const migrations = path.join(dir, folder);
    const target = {
      name: 'shop',
      dir,
      migrations,
      detected: await detectMigrations(migrations, dir),
      report: path.join(dir, 'report.sql.md'),
      settings: {},
    };
    const { schema, failedDowns } = await build(
      { target, folder: found, format: 'full', down: true },
      { server: Promise.resolve(test.server), notice: () => undefined, output: () => undefined },
    );
    return {
      tables: schema.objects.table.map(({ schema: namespace, name }) => `${namespace}.${name}`),
      failedDowns: failedDowns.map(({ migration }) => migration),
    };
  });

const SNAKE = `wrapIdentifier: (value, original) => original(value.replace(/[A-Z]/g, (c) => '_' + c.toLowerCase()))`;

describe('the knexfile', () => {
  it.each(['db/knexfile.js', 'knexfile.js'])(
    '%s is found from the migrations folder upwards',
    async (name) => {
      const directory = name === 'knexfile.js' ? './db/migrations' : './migrations';
      const files = {
        [name]: `module.exports = { client: 'pg', migrations: { directory: '${directory}' }, ${SNAKE} };`,
        'db/migrations/1.js': makesTable('boatTrips'),
      };
      expect(await built(files, 'db/migrations')).toEqual({ tables: ['public.boat_trips'], failedDowns: [] });
    },
  );

  it('is the one that the settings name, in the environment that they name', async () => {
    const files = {
      'config/knex.js': `module.exports = { development: { client: 'sqlite3' }, live: { client: 'pg', migrations: { directory: '../migrations' }, ${SNAKE} } };`,
      'migrations/1.js': makesTable('boatTrips'),
    };
    const settings = { knexfile: 'config/knex.js', knexEnvironment: 'live' };
    expect(await built(files, 'migrations', settings)).toMatchObject({ tables: ['public.boat_trips'] });
  });

  it('names the history table, which is neither in the report nor in the way of the first down', async () => {
    const files = {
      'knexfile.js': `module.exports = { client: 'pg', migrations: { directory: './migrations', tableName: 'migration' } };`,
      'migrations/1.js': makesTable('a'),
      'migrations/2.js': makesTable('b'),
    };
    expect(await built(files)).toEqual({ tables: ['public.a', 'public.b'], failedDowns: [] });
  });

  it('decides the order with a migration source of its own, whatever the folder is called', async () => {
    const files = {
      'knexfile.js': `const names = ['2.2.3.js', '2.2.17.js'];
        module.exports = { client: 'pg', migrations: { migrationSource: {
          getMigrations: async () => names, getMigrationName: (name) => name,
          getMigration: async (name) => require('./server/migrations/' + name) } } };`,
      'server/migrations/2.2.17.js': makesTable('later'),
      'server/migrations/2.2.3.js': makesTable('sooner'),
    };
    await inFolderOf(files, 'server/migrations', {}, ({ migrations }) => {
      expect(migrations.map(({ name }) => name)).toEqual(['2.2.3.js', '2.2.17.js']);
      return Promise.resolve();
    });
  });

  it('is refused if its client is another database', async () => {
    const files = {
      'knexfile.js': `module.exports = { client: 'mysql2', migrations: { directory: './migrations' } };`,
      'migrations/1.js': makesTable('a'),
    };
    await expect(built(files)).rejects.toMatchObject({
      code: 'migrations-invalid',
      message: expect.stringContaining("has `client: 'mysql2'`, which is not PostgreSQL.") as string,
      remedy: expect.stringContaining('knexEnvironment') as string,
    });
  });

  it('gives a notice if it is for another folder', async () => {
    const files = {
      'knexfile.js': `module.exports = { client: 'pg', migrations: { directory: './other' } };`,
      'db/migrations/1.js': makesTable('a'),
    };
    await inFolderOf(files, 'db/migrations', {}, ({ notices }) => {
      expect(notices).toEqual([expect.stringContaining('knexfile.js is not used') as string]);
      return Promise.resolve();
    });
  });
});
