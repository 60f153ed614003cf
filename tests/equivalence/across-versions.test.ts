import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { connect } from '#src/scratch/client.js';
import type { ScratchDatabase } from '#src/scratch/types.js';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { dump, postgresTools, restore } from '../support/pg-dump.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { runsAll } from '../support/selection.js';
import { onSharedScratch, sharedServerOf, urlOf } from '../support/shared-server.js';
import { asReport, readAll } from '../support/scratch.js';

/** PostgreSQL 16 and later print queries without unneeded qualification, so that the tests use older and newer versions. */
const OLDEST = 14;
const OLD = runsAll ? 15 : OLDEST;
const OLDER = new Set([OLDEST, OLD] as const);
const NEWEST = 18;

const servers = new Map<number, TestServer>();
let unavailable: string | undefined;

beforeAll(async () => {
  for (const major of [...OLDER, NEWEST] as const) {
    const found = await sharedServerOf(major);
    if (found.unavailable !== undefined) unavailable = found.unavailable;
    else servers.set(major, found);
  }
});
afterAll(async () => {
  for (const { stop } of servers.values()) await stop();
});

/** A database on a server, created by scripts and statements. */
async function database({ server }: TestServer, ...scripts: readonly string[]): Promise<ScratchDatabase> {
  const made = await server.createDatabase();
  const client = await connect(made.connection, new AbortController().signal);
  try {
    for (const script of scripts)
      await client.query(script.endsWith('.sql') ? await readFile(script, 'utf8') : script);
  } finally {
    await client.end();
  }
  return made;
}

const base = (folder: string) => `fixtures/${folder}/base.sql`;

const on = (major: PostgresMajor, { skip }: TestContext): TestServer =>
  servers.get(major) ?? skip(unavailable ?? 'the server is not available');

const env = await onSharedScratch();

const diff = (from: ScratchDatabase, to: ScratchDatabase) =>
  driftmarkHere(['diff', urlOf(from.connection), urlOf(to.connection)], { cwd: process.cwd(), env });

const read = async ({ connection }: ScratchDatabase) => {
  const client = await connect(connection, new AbortController().signal);
  try {
    return await readAll(client);
  } finally {
    await client.end();
  }
};

/** A view of a type whose definition is not in a report. */
const UNMODELLED = `CREATE TYPE mark;
  CREATE FUNCTION mark_in(cstring) RETURNS mark LANGUAGE internal IMMUTABLE STRICT AS 'textin';
  CREATE FUNCTION mark_out(mark) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
  CREATE TYPE mark (INPUT = mark_in, OUTPUT = mark_out, LIKE = text);
  CREATE TABLE t (a integer, m mark); CREATE VIEW v AS SELECT m FROM t;`;

describe('two schemas that different PostgreSQL versions printed', () => {
  it.for(['corpus', 'drifts'])('are equal on every version: fixtures/%s', async (folder, context) => {
    const newest = await database(on(NEWEST, context), base(folder));
    for (const major of OLDER) {
      const older = await database(on(major, context), base(folder));
      const words = compare({ from: await read(older), to: await read(newest) });
      expect(words.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['view']));
      expect(await diff(older, newest)).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it('differ if a view has another definition', async (context) => {
    const shown = `CREATE TABLE t (a integer, b integer); CREATE VIEW same AS SELECT a, b FROM t;`;
    const older = await database(on(OLD, context), shown, 'CREATE VIEW v AS SELECT a FROM t WHERE b > 1');
    const newer = await database(on(NEWEST, context), shown, 'CREATE VIEW v AS SELECT a FROM t WHERE b > 2');
    const { code, stdout } = await diff(older, newer);
    expect(code).toBe(2);
    expect(stdout).toContain('1 change');
    expect(stdout).toMatch(/view v\n.* definition +SELECT t\.a/);
    // Views that are only formatted differently are not printed.
    expect(stdout).not.toContain('t.b,');
  });

  it('differ if one uses a property that only the newer version supports', async (context) => {
    const table = 'CREATE TABLE t (a integer)';
    const older = await database(on(OLDEST, context), table);
    const newer = await database(on(NEWEST, context), table);
    expect(await diff(older, newer)).toMatchObject({ code: 0 });
    const used = await database(
      on(NEWEST, context),
      table,
      'ALTER TABLE t ADD b integer GENERATED ALWAYS AS (a * 2) VIRTUAL',
    );
    expect(await diff(older, used)).toMatchObject({ code: 2 });
  });

  it('cannot be compared if an expression cannot be re-created', async (context) => {
    const older = await database(on(OLD, context), UNMODELLED);
    const newer = await database(on(NEWEST, context), UNMODELLED);
    const { code, stdout, stderr } = await diff(older, newer);
    expect(code).toBe(3);
    expect(stdout + stderr).toContain(
      'Could not tell whether 1 expression differs: the scratch server cannot re-create it.',
    );
    expect(stdout + stderr).toContain(
      'view public.v: column t.m does not exist; earlier: type "mark" does not exist',
    );
  });

  it('are in sync with the migrations, with a notice about the formatting', async (context) => {
    const sql = 'CREATE TABLE t (a integer, b integer);\nCREATE VIEW v AS SELECT a, b FROM t;\n';
    const older = await database(on(OLD, context), sql);
    await inFolder(async (cwd) => {
      const write = (file: string, text: string) => writeFile(path.join(cwd, file), text);
      await mkdir(path.join(cwd, 'migrations'));
      await write('package.json', '{ "name": "shop" }');
      await write('migrations/1_v.sql', sql);
      const report = { ...asReport(await read(older)), name: 'shop' };
      await write('report.sql.md', render(report));
      const same = await driftmarkHere(['check'], { cwd, env });
      expect(same).toMatchObject({ code: 0 });
      expect(same.stderr).toBe(
        'driftmark: report.sql.md was written with another PostgreSQL version, which formats view definitions differently. The views are equivalent; run `npx driftmark update` to refresh the report.\n',
      );
      await write('report.sql.md', render(report).replace('t.b\n', 't.b AS c\n'));
      expect(await driftmarkHere(['check'], { cwd, env })).toMatchObject({ code: 2 });
    });
  });
});

/** `check --url` of a database, with the report of another database. */
async function checkLive(live: ScratchDatabase, reported: ScratchDatabase) {
  const report = render({ ...asReport(await read(reported)), name: 'shop' });
  return inFolder(async (cwd) => {
    await writeFile(path.join(cwd, 'report.sql.md'), report);
    return driftmarkHere(['check', '--url', urlOf(live.connection)], { cwd, env });
  });
}

describe('check of a live database with another version than the report', () => {
  it('exits 0 if only the formatting differs', async (context) => {
    const newest = await database(on(NEWEST, context), 'fixtures/corpus/base.sql');
    const older = await database(on(OLD, context), 'fixtures/corpus/base.sql');
    expect(await checkLive(older, newest)).toMatchObject({ code: 0 });
  });

  it('exits 2 if a view has another definition', async (context) => {
    const shown = `CREATE TABLE t (a integer, b integer); CREATE VIEW same AS SELECT a, b FROM t;`;
    const older = await database(on(OLD, context), shown, 'CREATE VIEW v AS SELECT a FROM t WHERE b > 1');
    const newer = await database(on(NEWEST, context), shown, 'CREATE VIEW v AS SELECT a FROM t WHERE b > 2');
    const { code, stdout } = await checkLive(older, newer);
    expect(code).toBe(2);
    expect(stdout).toContain('1 change');
    expect(stdout).not.toContain('view same');
  });

  it('exits 3 if an expression cannot be re-created, or if no scratch server is available', async (context) => {
    const older = await database(on(OLD, context), UNMODELLED);
    const newer = await database(on(NEWEST, context), UNMODELLED);
    const { code, stdout } = await checkLive(older, newer);
    expect(code).toBe(3);
    expect(stdout).toContain(
      'Could not tell whether 1 expression differs: the scratch server cannot re-create it.',
    );
    const report = render({ ...asReport(await read(newer)), name: 'shop' });
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'report.sql.md'), report);
      const nowhere = 'postgres://nobody@127.0.0.1:1/postgres';
      const answer = await driftmarkHere(
        ['check', '--url', urlOf(older.connection), '--scratch-url', nowhere],
        { cwd, env },
      );
      expect(answer).toMatchObject({ code: 3 });
    });
  });
});

/** pg_dump leaves out the handler of a language if the handler is a function of PostgreSQL itself. */
const NOT_DUMPED: Readonly<Record<string, readonly string[]>> = {
  drifts: ['DROP TRANSFORM FOR app.handle LANGUAGE calm', 'DROP LANGUAGE calm'],
};

describe('a database that was restored from its own dump', () => {
  it.for(['corpus', 'drifts'])(
    'has the same schema as the original: fixtures/%s',
    async (folder, { skip }) => {
      const tools = await postgresTools();
      if (tools.unavailable !== undefined) return skip(tools.unavailable);
      const server = await startServer(tools.serverBin);
      try {
        const rewritten = "CREATE TABLE kinds (kind varchar(9) CHECK (kind IN ('a', 'b')))";
        // A dump contains only the comments on checks that a child table defines itself.
        const commented = `CREATE TABLE sorts (CONSTRAINT known CHECK (kind <> 'c')) INHERITS (kinds);
        COMMENT ON CONSTRAINT known ON sorts IS 'Own'; COMMENT ON CONSTRAINT kinds_kind_check ON sorts IS 'Inherited'`;
        const original = await database(
          server,
          `fixtures/${folder}/roles.sql`,
          base(folder),
          rewritten,
          commented,
          ...(NOT_DUMPED[folder] ?? []),
        );
        const restored = await server.server.createDatabase();
        await restore(tools, restored.connection, await dump(tools, original.connection));
        const words = compare({ from: await read(original), to: await read(restored) });
        expect(words.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['check']));
        expect(await diff(original, restored)).toMatchObject({ code: 0, stderr: '' });
      } finally {
        await server.stop();
      }
    },
  );
});
