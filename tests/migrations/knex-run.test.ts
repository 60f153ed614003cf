import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cp, symlink } from 'node:fs/promises';
import path from 'node:path';
import { makesTable, makesTableAsModule, runAll, type Files } from './project.js';
import { fetchPackage } from '../support/npm-package.js';
import type { TestServer } from '../support/own-server.js';
import { runsAll } from '../support/selection.js';
import { sharedServer } from '../support/shared-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

const migration = (body: string): Files => ({
  'migrations/1_first.js': `exports.up = async (knex) => {\n${body}\n};\nexports.down = async () => {};\n`,
});

interface ModuleKind {
  readonly kind: string;
  readonly name: string;
  readonly text: string;
  readonly type?: string;
}

const KINDS: readonly ModuleKind[] = [
  { kind: 'CommonJS', name: '1.js', text: makesTable('made') },
  { kind: 'ES modules as .mjs', name: '1.mjs', text: makesTableAsModule('made') },
  {
    kind: 'TypeScript that imports a file of its own',
    name: '1.ts',
    text: `import { NAME } from '../lib/names';\n${makesTableAsModule('made').replaceAll("'made'", 'NAME').replaceAll('(knex)', '(knex: any)')}`,
  },
];

const MORE_KINDS: readonly ModuleKind[] = [
  { kind: 'CommonJS as .cjs', name: '1.cjs', text: makesTable('made') },
  { kind: 'ES modules by `type: module`', name: '1.js', text: makesTableAsModule('made'), type: 'module' },
  { kind: '.cjs in a package of ES modules', name: '1.cjs', text: makesTable('made'), type: 'module' },
  {
    kind: 'TypeScript',
    name: '1.ts',
    text: `import type { Knex } from 'knex';\n${makesTableAsModule('made').replaceAll('(knex)', '(knex: Knex): unknown')}`,
  },
];

describe('knex migrations run as', () => {
  it.each(runsAll ? [...KINDS, ...MORE_KINDS] : KINDS)('$kind', async ({ name, text, type }) => {
    const files = {
      'package.json': JSON.stringify({ name: 'project', ...(type !== undefined && { type }) }),
      'lib/names.ts': `export const NAME: string = 'made';`,
      [`migrations/${name}`]: text,
    };
    expect(await runAll(test.server, files)).toEqual({ output: '', tables: ['made'], told: [] });
    expect(await runAll(test.server, files, { down: true })).toMatchObject({ tables: [] });
  });
});

describe('driftmark', () => {
  it.each([
    {
      what: 'a migration without up',
      text: 'exports.down = async () => {};',
      missing: '`up`',
      remedy: 'exports.up',
    },
    {
      what: 'a migration without down',
      text: 'exports.up = async () => {};',
      missing: '`down`',
      remedy: 'exports.down',
    },
    {
      what: 'a helper in the folder',
      text: 'exports.columns = (t) => t;',
      missing: '`up` and `down`',
      remedy: 'move it out of the folder',
    },
  ])('refuses $what before any migration runs', async ({ text, missing, remedy }) => {
    const { error, tables } = await runAll(test.server, {
      'migrations/1_a.js': makesTable('a'),
      'migrations/2_b.js': text,
    });
    expect(error).toMatchObject({
      code: 'migrations-invalid',
      message: expect.stringContaining(`Migration 2_b.js does not export ${missing}.`) as string,
      remedy: expect.stringContaining(remedy) as string,
    });
    expect(tables).toEqual([]);
  });

  it('names the line of a file that does not parse', async () => {
    const { error } = await runAll(test.server, {
      'migrations/1_a.js': 'exports.up = async () => {\n  const = 1;\n};',
    });
    expect(error).toMatchObject({
      code: 'migration-failed',
      place: { line: 2 },
      message: expect.stringMatching(/^migration 1_a\.js could not be loaded: SyntaxError: /) as string,
    });
  });
});

describe('a knex migration', () => {
  it('reports the statement, the line and all details of PostgreSQL if a migration fails', async () => {
    const { error } = await runAll(
      test.server,
      migration(`await knex.raw('create table t (id int primary key)');
      await knex.raw('insert into t values (1), (1)');`),
    );
    expect(error?.message).toBe(
      'migration 1_first.js failed (up): duplicate key value violates unique constraint "t_pkey"',
    );
    expect(error?.place).toMatchObject({ file: expect.stringMatching(/1_first\.js$/) as string, line: 3 });
    expect(error?.details).toEqual(
      expect.arrayContaining([
        { label: 'SQL', text: 'insert into t values (1), (1)' },
        { label: 'detail', text: 'Key (id)=(1) already exists.' },
        { label: 'SQLSTATE', text: '23505' },
      ]),
    );
  });

  it.each([
    {
      of: 'hint and position',
      body: `await knex.raw('create table t (id int)'); await knex.raw('select idd from t');`,
      label: 'hint',
      text: /id/,
    },
    {
      of: 'position',
      body: `await knex.raw('select 1 frm t');`,
      label: 'SQL',
      text: /^1 \| select 1 frm t\n {2}\| {14}\^$/,
    },
  ])('reports $of if a migration fails', async ({ body, label, text }) => {
    const { error } = await runAll(test.server, migration(body));
    expect(error?.details.find((each) => each.label === label)?.text).toMatch(text);
  });

  it.each([
    {
      role: 'a role',
      body: `await knex.raw('grant usage on schema public to missing_reader');`,
      remedy: /`roles: \["missing_reader"\]`/,
    },
    {
      role: 'an extension',
      body: `await knex.raw('create extension no_such_extension');`,
      remedy: /server that has the extension.*--scratch-url/,
    },
  ])('names the setting for $role that is missing', async ({ body, remedy }) => {
    expect((await runAll(test.server, migration(body))).error?.remedy).toMatch(remedy);
  });

  it('runs a migration without a transaction if its config says so', async () => {
    const files = {
      'migrations/1.js': makesTable('t'),
      'migrations/2.js': `exports.up = (knex) => knex.raw('create index concurrently i on t (id)'); exports.down = () => {}; exports.config = { transaction: false };`,
    };
    expect(await runAll(test.server, files)).toEqual({ output: '', tables: ['i', 't'], told: [] });
    const within = {
      ...files,
      'migrations/2.js': files['migrations/2.js'].replace(/ exports\.config.*/, ''),
    };
    expect((await runAll(test.server, within)).error?.message).toContain(
      'cannot run inside a transaction block',
    );
  });

  it('runs a migration that opens connection pools and does not close them', async () => {
    const body = `for (const round of [1, 2]) {
      const { knex: make } = require(${JSON.stringify(path.resolve('node_modules/knex'))});
      const own = make({ client: 'pg', connection: process.env.DATABASE_URL });
      await own.raw('create table own_' + round + ' (id int)');
    }`;
    expect(await runAll(test.server, migration(body))).toEqual({
      output: '',
      tables: ['own_1', 'own_2'],
      told: [],
    });
  });

  it('sends everything that a migration prints to stderr, but no deprecation warnings of its libraries', async () => {
    const body = `console.log('to stdout'); console.error('to stderr'); process.emitWarning('old', 'DeprecationWarning');`;
    const { output } = await runAll(test.server, migration(body));
    expect(output.split('\n').sort()).toEqual(['', 'to stderr', 'to stdout']);
  });

  it('gives a migration only the scratch database in its environment', async () => {
    const body = `await knex.raw('create table told (what text)');
      const { PGOPTIONS, PGSSLMODE, PGSERVICE, DRIFTMARK_URL, TZ, OTHER, MALLOC_MMAP_THRESHOLD_ } = process.env;
      const values = [PGOPTIONS, PGSSLMODE, PGSERVICE, DRIFTMARK_URL, MALLOC_MMAP_THRESHOLD_, TZ, OTHER];
      await knex('told').insert({ what: JSON.stringify(values) });
      const { rows: [{ name }] } = await knex.raw('select current_database() as name');
      const isThere = process.env.PGDATABASE === name && process.env.DATABASE_URL.includes('/' + name + '?host=');
      await knex('told').insert({ what: String(isThere) });`;
    const env = {
      PGOPTIONS: '-c a=b',
      PGSSLMODE: 'require',
      PGSERVICE: 'production',
      PGDATABASE: 'production',
      DATABASE_URL: 'postgres://production/db',
      DRIFTMARK_URL: 'postgres://production/db',
      TZ: 'Asia/Tokyo',
      OTHER: 'kept',
    };
    const { told } = await runAll(test.server, migration(body), { env });
    expect(told).toEqual(['[null,null,null,null,null,"UTC","kept"]', 'true']);
  });
});

describe('a knex migration fails if it causes', () => {
  it.each([
    { what: 'the exit of its process', body: 'process.exit(0);', message: 'its process exited with code 0' },
    {
      what: 'an unhandled rejection',
      body: `void Promise.reject(new Error('lost')); await knex.raw('select 1');`,
      message: 'with an unhandled rejection: lost',
    },
    {
      what: 'an uncaught exception',
      body: `setTimeout(() => { throw new Error('late'); }, 1); await knex.raw('select pg_sleep(0.2)');`,
      message: 'with an uncaught exception: late',
    },
    {
      what: 'a signal to its process',
      body: `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`,
      message: 'its process was ended by SIGKILL',
    },
    {
      what: 'a wait for a promise that never settles',
      body: `await knex.raw('select 1'); await new Promise(() => {});`,
      message: 'it waits for a promise that is never settled',
    },
    {
      what: 'an exception that is not an Error',
      body: `throw { reason: 'none' };`,
      message: `it threw a value that is not an Error: { reason: 'none' }`,
    },
  ])('$what', async ({ body, message }) => {
    const { error } = await runAll(test.server, migration(body));
    expect(error?.code).toBe('migration-failed');
    expect(error?.message).toMatch(/^migration 1_first\.js failed \(up\)/);
    expect(error?.message).toContain(message);
    expect(error?.remedy ?? '').toContain(message.includes('SIGKILL') ? 'memory and processes' : '');
  });

  it.each([
    { what: 'a statement that does not end', body: `await knex.raw('select pg_sleep(1000)');` },
    { what: 'an endless loop', body: 'for (;;);' },
  ])('$what, after the time limit', async ({ body }) => {
    const { error } = await runAll(test.server, migration(body), { timeout: 1500 });
    expect(error?.message).toBe(
      'migration 1_first.js failed (up): it took longer than 1.5 s, and was stopped',
    );
    expect(error?.place.file).toMatch(/1_first\.js$/);
    expect(error?.remedy).toMatch(/does not wait for a/);
  });
});

describe('a knex migration that waits for a lock of its own other connection', () => {
  const waits = (first: string): Files => ({
    'migrations/1_first.js': `exports.config = { transaction: false };
exports.up = async (knex) => {
  await knex.raw('create table told (what text); create table held ()');
  await knex.transaction((holder) => holder.raw('lock table held').then(() =>
    knex.transaction(async (waiter) => {
      ${first}
      await waiter.raw('select from held');
    })));
};
exports.down = async () => {};`,
  });

  it('has a lock timeout of 30 seconds on each connection', async () => {
    const tells = `await waiter.raw("insert into told select current_setting('lock_timeout')"); return;`;
    expect(await runAll(test.server, waits(tells))).toMatchObject({ told: ['30s'] });
  });

  it('fails if the lock is not released in time', async () => {
    const { error } = await runAll(
      test.server,
      waits(`await waiter.raw("set local lock_timeout = '100ms'");`),
    );
    expect(error?.message).toContain('canceling statement due to lock timeout');
    expect(error?.details).toContainEqual({
      label: 'SQL',
      text: '1 | select from held\n  |             ^',
      isVerbatim: true,
    });
    expect(error?.remedy).toContain('held by another connection that the migration itself opened');
  });
});

describe('the version of knex that runs migrations', () => {
  const tells = migration(`const isKnex = (name) => /knex.lib.knex-builder.Knex\\.js$/.test(name);
    console.log(Object.keys(require.cache).filter(isKnex).join());`);

  it('is the knex of the project if it has one, even an older version', async (context) => {
    const fetched = await fetchPackage('knex@2.5.1');
    if (fetched.unavailable !== undefined) return context.skip(fetched.unavailable);
    let own = '';
    const { error, output } = await runAll(test.server, tells, {
      prepare: async (dir) => {
        own = path.join(dir, 'node_modules', 'knex');
        await cp(fetched.dir, own, { recursive: true });
        // Its dependencies, such as pg, are those of the installed knex.
        await symlink(path.resolve('node_modules'), path.join(own, 'node_modules'));
      },
    });
    expect(error).toBeUndefined();
    expect(output).toBe(`${path.join(own, 'lib', 'knex-builder', 'Knex.js')}\n`);
  });

  it('is the knex of driftmark if the project has none', async () => {
    const { output } = await runAll(test.server, tells);
    expect(output).toBe(`${path.resolve('node_modules/knex/lib/knex-builder/Knex.js')}\n`);
  });
});
