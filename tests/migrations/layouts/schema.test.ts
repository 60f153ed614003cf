import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inFolder } from '../../support/folders.js';
import { driftmarkHere } from '../../support/in-process.js';
import { liveDatabase } from '../../support/live-project.js';
import { startServer, type TestServer } from '../../support/own-server.js';
import type { Files } from '../project.js';

let test: TestServer;
let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  test = await startServer();
  env = { DRIFTMARK_SCRATCH_URL: (await liveDatabase(test.server, '')).url() };
});
afterAll(() => test.stop());

const FIXTURE = 'fixtures/layouts/schema';
const run = (cwd: string, ...args: readonly string[]) => driftmarkHere(args, { cwd, env });

/** Runs driftmark in a project of these files. */
const inProject = <T>(files: Files, use: (dir: string) => Promise<T>, copyOf?: string) =>
  inFolder(async (dir) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
      await writeFile(path.join(dir, name), text);
    }
    return use(dir);
  }, copyOf);

/** What `show` prints of a file of a project, or the error. */
const shown = (files: Files, file = 'schema.sql') =>
  inProject(files, async (dir) => {
    const { stdout, stderr } = await run(dir, 'show', file);
    return (stdout + stderr).replaceAll(`${dir}/`, '');
  });

describe('a schema file', () => {
  it('is found without a config: a dump with data, and what Rails adds', async () => {
    await inProject(
      {},
      async (dir) => {
        expect(await run(dir, 'update')).toMatchObject({
          code: 0,
          stderr: expect.stringContaining(
            'no migrations found; the schema is read from db/structure.sql.',
          ) as string,
        });
        const { code, stdout } = await run(dir, 'check');
        expect(code).toBe(0);
        expect(stdout).toMatch(/in sync \(schema, 1 migration, 2 tables/);
      },
      FIXTURE,
    );
  });

  it('is a source of `diff`, and has the schema that the migrations of other tools create', async () => {
    const dir = path.resolve('fixtures/layouts');
    const { code, stdout } = await run(dir, 'diff', 'schema/db/structure.sql', 'sql/migrations');
    expect(stdout).toMatch(/in sync|no differences/i);
    expect(code).toBe(0);
  });

  it('is not read by default if there are migrations, or if it is for another database product', async () => {
    await inProject(
      { 'migrations/1_a.sql': 'CREATE TABLE a (b int);', 'schema.sql': 'CREATE TABLE other (b int);' },
      async (dir) => {
        await run(dir, 'update');
        expect(await readFile(path.join(dir, 'report.sql.md'), 'utf8')).not.toContain('other');
      },
    );
    await inProject({ 'schema.sql': 'CREATE TABLE a (b int AUTO_INCREMENT) ENGINE=InnoDB;' }, async (dir) => {
      expect(await run(dir, 'update')).toMatchObject({ code: 1 });
    });
  });

  it('can be named in the config: a file, or a folder that is loaded in the order of names', async () => {
    await inProject(
      {
        'driftmark.config.json': JSON.stringify({ migrations: 'db/all.sql' }),
        'db/all.sql': 'CREATE TABLE a (b int);',
      },
      async (dir) => {
        expect(await run(dir, 'update')).toMatchObject({ code: 0, stderr: '' });
        await writeFile(path.join(dir, 'db/all.sql'), 'CREATE TABLE a (b int, c int);');
        const { code, stdout } = await run(dir, 'check');
        expect(code).toBe(2);
        expect(stdout).toMatch(/\+ column c .*all\.sql/);
      },
    );
    await inProject(
      {
        'driftmark.config.json': JSON.stringify({ migrations: 'db', layout: 'schema' }),
        'db/b/tables.sql': 'CREATE TABLE t (a mood);',
        'db/a_types.sql': "\\echo types\nCREATE TYPE mood AS ENUM ('calm');",
        'db/c.sql': 'CREATE VIEW v AS SELECT a FROM t;',
      },
      async (dir) => {
        expect(await run(dir, 'update')).toMatchObject({ code: 0, stderr: '' });
        expect(await readFile(path.join(dir, 'report.sql.md'), 'utf8')).toContain('## View `v`');
      },
    );
  });
});

it('refuses a migration of another tool as a schema file', async () => {
  const text = await shown({ 'schema.sql': '-- +goose Up\nCREATE TABLE a (b int);\n-- +goose Down\n' });
  expect(text).toMatch(/which goose reads.*Set `migrations` in the config to the folder of the file/s);
});

describe('the psql commands of a schema file', () => {
  it('include files: from the package folder, or beside the including file, or all of a folder', async () => {
    const text = await shown({
      'package.json': '{}',
      'schema.sql': '\\set schema app\n\\i db/types.sql;\n\\ir db/tables/all.sql\n\\i db/views/\n',
      'db/types.sql': 'CREATE SCHEMA :"schema";',
      'db/tables/all.sql': "\\ir 'a b.sql'\n\\include_relative ../tables/c.sql",
      'db/tables/a b.sql': "CREATE TABLE :schema.ab (c int DEFAULT 1::int, d text DEFAULT :'schema');",
      'db/tables/c.sql': 'CREATE TABLE app.c (d int[]); SELECT (ARRAY[1,2])[1:2];',
      'db/views/1.sql': 'CREATE VIEW app.v1 AS SELECT c FROM app.ab;',
      'db/views/2.sql': 'CREATE VIEW app.v2 AS SELECT c FROM app.v1; \n\\q\nno SQL',
    });
    expect(text).toContain('## Table `ab`');
    expect(text).toContain("| `'app'::text` |");
    expect(text).toContain('## Table `c`');
    expect(text).toContain('## View `v2`');
  });

  it.each([
    ['\\connect other', 2, /`\\connect`.*scratch database/s],
    ['\\c other', 2, /`\\c`/],
    ['\\copy t from rows.csv', 2, /`\\copy`.*COPY … FROM stdin/s],
    ['SELECT 1 \\gset', 2, /`\\gset`/],
    ['\\if :x', 2, /`\\if`/],
    ['\\! ls', 2, /`\\!`/],
    ['CREATE DATABASE other;', 2, /without `--create`/],
    ['\\i none.sql', 2, /none\.sql, which does not exist/],
    ['\\i schema.sql', 2, /includes schema\.sql, which includes it/],
  ])('refuse %s with its line', async (line, at, message) => {
    const text = await shown({ 'package.json': '{}', 'schema.sql': `SELECT 1;\n${line}\n` });
    expect(text).toMatch(message);
    expect(text).toContain(`schema.sql:${at}`);
  });

  it('show the place of an error in the included file', async () => {
    const text = await shown({
      'package.json': '{}',
      'schema.sql': 'SELECT 1;\n\\i db/a.sql\n',
      'db/a.sql': '\nSELECT 1;\nCREATE TABLE t (a nothing);\n',
    });
    expect(text).toContain('db/a.sql:3:19');
    expect(text).toContain('type "nothing" does not exist');
  });

  it('do not end COPY data, which may look like SQL', async () => {
    const text = await shown({
      'schema.sql':
        "CREATE TABLE t (b text);\r\nCOPY t FROM STDIN;\r\n\\\\x;\n'\n\\.\r\nCREATE TABLE u (b text);\nCOPY u FROM stdin;\nlast",
    });
    expect(text).toContain('## Table `u`');
    expect(await shown({ 'schema.sql': 'CREATE TABLE t (a int);\nCOPY t FROM stdin;\nx\n\\.\n' })).toMatch(
      /schema\.sql:2:1: .*invalid input syntax/,
    );
  });
});
