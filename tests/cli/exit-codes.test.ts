import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driftmarkHere } from '../support/in-process.js';
import { inFolder } from '../support/folders.js';
import { liveDatabase, type LiveDatabase } from '../support/live-project.js';
import { bash, writeFiles, type Files } from '../support/repository.js';
import { startServer, type TestServer } from '../support/own-server.js';

/**
 * Each row of the tables in docs/exit-codes.md, with the real command. SIGINT and SIGTERM are in endings.test.ts, Ctrl-C
 * at a question in tests/init/asking.test.ts, expressions that cannot be re-created in tests/equivalence.
 */
const UP = { 'migrations/1.sql': 'CREATE TABLE t (id int);' };
const MORE = { 'migrations/2.sql': 'ALTER TABLE t ADD more text;' };
const MANIFEST = { 'package.json': '{"name":"shop"}' };
const CONFLICT =
  '<<<<<<< HEAD\n## SQL Report file for "a"\n=======\n## SQL Report file for "b"\n>>>>>>> other\n';

let test: TestServer;
let database: LiveDatabase;
/** The report of `UP`, written by `update`. */
let report: Files;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  test = await startServer();
  database = await liveDatabase(test.server, UP['migrations/1.sql']);
  env = { DRIFTMARK_SCRATCH_URL: database.url() };
  await inProject({ ...MANIFEST, ...UP }, async (cwd) => {
    expect(await driftmarkHere(['update'], { cwd, env })).toMatchObject({ code: 0 });
    const { stdout } = await driftmarkHere(['show', 'report.sql.md'], { cwd });
    report = { 'report.sql.md': stdout };
  });
});
afterAll(() => test.stop());

function inProject<T>(files: Files, use: (dir: string) => Promise<T>): Promise<T> {
  return inFolder(async (dir) => {
    await writeFiles(dir, files);
    return use(dir);
  });
}

interface Row {
  readonly of: string;
  readonly code: number;
  readonly args?: readonly string[];
  readonly files?: Files;
  /** Whether the project does not have the report of `UP`. */
  readonly isBare?: true;
  /** Matches stdout, or stderr if `on` is set. */
  readonly says: RegExp;
  readonly on?: 'stderr';
}

/** Runs a row in a project with the report of `UP`, unless `isBare` is set. */
async function expectRow({ of, code, args = ['check'], files = {}, isBare, says, on }: Row): Promise<void> {
  await inProject({ ...MANIFEST, ...(isBare ? {} : report), ...files }, async (cwd) => {
    await mkdir(path.join(cwd, 'empty', 'migrations'), { recursive: true });
    const result = await driftmarkHere(args, { cwd, env });
    expect({ of, ...result }).toMatchObject({ of, code });
    expect(result[on ?? 'stdout']).toMatch(says);
    if (on === 'stderr') expect(result.stdout).toBe('');
  });
}

const config = (settings: object): Files => ({ 'driftmark.config.json': JSON.stringify(settings) });

describe('check', () => {
  it.each<Row>([
    { of: 'a report that matches the migrations', code: 0, files: UP, says: /^✓ shop {3}in sync/ },
    {
      of: 'other migrations',
      code: 2,
      files: { ...UP, ...MORE },
      says: /Accept with npx driftmark update\n/,
    },
    {
      of: 'a missing report',
      code: 2,
      files: UP,
      isBare: true,
      says: /does not exist yet\n[^]*: npx driftmark init\n.*: npx driftmark update\n/,
    },
    {
      of: 'a report with conflict markers',
      code: 1,
      files: { ...UP, 'report.sql.md': CONFLICT },
      says: /conflict[^]*^\s+-<<<<<<< HEAD$[^]* npx driftmark update\n/m,
    },
    {
      of: 'a report that cannot be parsed',
      code: 1,
      files: { ...UP, 'report.sql.md': '## SQL Report file for "shop"\n\nOf mine.\n' },
      says: /^\s+-Of mine\.$[^]* npx driftmark update\n/m,
    },
    {
      of: 'a report whose migrations were deleted',
      code: 2,
      says: /^\s+- table t [^]* git rm report\.sql\.md\n/m,
    },
    {
      of: 'a folder without targets',
      code: 1,
      isBare: true,
      says: /^error: No migrations or report found/,
      on: 'stderr',
    },
    {
      of: 'a path without migrations',
      code: 1,
      args: ['check', 'empty'],
      says: /No migrations found in empty/,
      on: 'stderr',
    },
    {
      of: 'a target without migrations, beside a target with migrations',
      code: 1,
      files: { ...UP, ...config({ targets: ['.', 'empty'] }) },
      says: /✓ shop .*\n✗ empty[^]*No migrations found in .*empty.migrations/,
    },
    {
      of: 'a target whose folder does not exist',
      code: 1,
      files: config({ targets: [{ path: 'nowhere' }] }),
      says: /^✗ nowhere[^]*The folder of the target nowhere does not exist/,
    },
    {
      of: 'a schema that the migrations do not create',
      code: 1,
      args: ['check', '--schema', 'pubic'],
      files: UP,
      says: /No schema created by the migrations matches pubic\./,
    },
    {
      of: 'two targets with the same report',
      code: 1,
      files: { ...UP, ...config({ targets: ['.', { path: 'empty', report: '../report.sql.md' }] }) },
      says: /shop and empty have the same report, report\.sql\.md/,
      on: 'stderr',
    },
    {
      of: 'a glob that matches a folder without migrations',
      code: 0,
      files: { ...UP, ...config({ targets: ['.', 'e*'] }) },
      says: /^✓ shop .*\n$/,
    },
    {
      of: 'a migration that fails',
      code: 1,
      files: { ...UP, 'migrations/2.sql': 'SELECT nothing;' },
      says: /✗ shop[^]*42703/,
    },
    { of: 'an unknown option', code: 1, args: ['check', '--nope'], says: /unknown option/, on: 'stderr' },
    {
      of: 'a mistake in the config',
      code: 1,
      files: config({ migration: 'db' }),
      says: /The config has 1 problem/,
      on: 'stderr',
    },
    {
      of: 'a server that cannot be reached',
      code: 1,
      args: ['check', '--scratch-url', 'postgres://127.0.0.1:1/x'],
      files: UP,
      says: /ECONNREFUSED/,
      on: 'stderr',
    },
    {
      of: 'changes of ignored classes',
      code: 0,
      args: ['check', '--ignore', 'additive'],
      files: { ...UP, ...MORE },
      says: /column more/,
    },
  ])('exits $code for $of', expectRow);

  it('exits with the worst code of several targets and counts the results', async () => {
    const broken = { 'b/migrations/1.sql': 'SELECT nothing;' };
    const drifted = { 'c/migrations/1.sql': 'CREATE TABLE c ();' };
    const targets = config({ targets: ['*'] });
    await inProject({ ...targets, 'a/migrations/1.sql': UP['migrations/1.sql'] }, async (cwd) => {
      expect(await driftmarkHere(['update'], { cwd, env })).toMatchObject({ code: 0 });
      await writeFiles(cwd, drifted);
      expect(await driftmarkHere(['check'], { cwd, env })).toMatchObject({ code: 2 });
      await writeFiles(cwd, broken);
      const { code, stdout } = await driftmarkHere(['check'], { cwd, env });
      expect(code).toBe(1);
      expect(stdout).toMatch(/\n3 targets: 1 could not be checked, 1 drifted, 1 in sync\n/);
      const json = await driftmarkHere(['check', '--reporter', 'json'], { cwd, env });
      expect(json.code).toBe(1);
      expect(JSON.parse(json.stdout)).toMatchObject({
        exitCode: 1,
        counts: { failed: 1, drift: 1, inSync: 1, incomplete: 0 },
      });
    });
  });
});

describe('update, show, diff and init', () => {
  it.each<Row>([
    { of: 'update of a current report', code: 0, args: ['update'], files: UP, says: /^✓ shop / },
    {
      of: 'update of a stale report',
      code: 0,
      args: ['update'],
      files: { ...UP, ...MORE },
      says: /^✓ shop .*report\.sql\.md/,
    },
    { of: 'show of a report', code: 0, args: ['show', 'report.sql.md'], says: /^## Table `t`$/m },
    {
      of: 'show of a file that does not exist',
      code: 1,
      args: ['show', 'no.sql.md'],
      says: /^error: /,
      on: 'stderr',
    },
    {
      of: 'diff of equal schemas',
      code: 0,
      args: ['diff', 'report.sql.md', 'migrations'],
      files: UP,
      says: /in sync/,
    },
    {
      of: 'diff of different schemas',
      code: 2,
      args: ['diff', 'report.sql.md', 'migrations'],
      files: { ...UP, ...MORE },
      says: /1 change/,
    },
    {
      of: 'diff with a file that does not exist',
      code: 1,
      args: ['diff', 'report.sql.md', 'nowhere'],
      says: /nowhere/,
      on: 'stderr',
    },
    { of: 'init without a terminal', code: 1, args: ['init'], files: UP, says: /driftmark\.config/ },
  ])('exits $code for $of', expectRow);
});

describe('check --url', () => {
  const check = (cwd: string, ...urls: readonly string[]) =>
    driftmarkHere(['check', '--retries', '0', ...urls.flatMap((url) => ['--url', url])], { cwd, env });
  const DEAD = 'postgres://127.0.0.1:1/shop';

  it('exits 0, 2, 1 or 3 for one database and with the worst code for several', async () => {
    const drifted = await liveDatabase(test.server, `${UP['migrations/1.sql']} CREATE TABLE u ()`);
    const hidden = await liveDatabase(
      test.server,
      `${UP['migrations/1.sql']} CREATE ROLE blind LOGIN; REVOKE USAGE ON SCHEMA public FROM PUBLIC`,
    );
    const [same, differs, incomplete] = [database.url(), drifted.url(), hidden.url('blind')];
    await inProject({ ...MANIFEST, ...report }, async (cwd) => {
      const codes: Record<string, number | null> = {};
      const combinations = {
        same: [same],
        differs: [differs],
        incomplete: [incomplete],
        dead: [DEAD],
        'incomplete and same': [same, incomplete],
        'differs and incomplete': [incomplete, differs],
        'all of them': [same, incomplete, differs, DEAD],
      };
      for (const [name, urls] of Object.entries(combinations)) codes[name] = (await check(cwd, ...urls)).code;
      expect(codes).toEqual({
        same: 0,
        differs: 2,
        incomplete: 3,
        dead: 1,
        'incomplete and same': 3,
        'differs and incomplete': 2,
        'all of them': 1,
      });
    });
  });

  it.each([
    { of: 'a missing report', files: UP },
    { of: 'a report with conflict markers', files: { ...UP, 'report.sql.md': CONFLICT } },
    { of: 'a report that cannot be parsed', files: { ...UP, 'report.sql.md': '# A page\n' } },
  ])('exits 1 for $of, because it cannot compare', async ({ files }) => {
    await inProject({ ...MANIFEST, ...files }, async (cwd) => {
      const { code, stdout } = await check(cwd, database.url());
      expect(code).toBe(1);
      expect(stdout).toContain('report.sql.md');
    });
  });
});

it('check exits 0 without a message if the reader of stdout has closed the pipe', async () => {
  const bin = path.resolve('bin/driftmark.js');
  await inProject({ ...MANIFEST, ...report, ...UP, ...MORE }, async (cwd) => {
    const line = `"${process.execPath}" "${bin}" check | true; echo "\${PIPESTATUS[0]}"`;
    expect(await bash(line, cwd, env)).toEqual({ code: 0, stdout: '0\n', stderr: '' });
  });
});
