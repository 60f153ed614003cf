import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '#src/scratch/client.js';
import type { ScratchDatabase } from '#src/scratch/types.js';
import { inFolder } from '../support/folders.js';
import type { TestServer } from '../support/own-server.js';
import { driftmarkOnSharedServer, sharedServer } from '../support/shared-server.js';

const STALE = path.resolve('fixtures/stories/stale');
const BACKSTAGE = path.resolve('fixtures/auth/report.sql.md');

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd });

/** The URL of a scratch database. */
const urlOf = ({ connection: { host, port, user, password, database } }: ScratchDatabase) =>
  `postgres://${user}${password === undefined ? '' : `:${password}`}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;

describe('diff', () => {
  it('exits 0 and prints one line if the schemas are equal', async () => {
    const { code, stdout, stderr } = await driftmarkOnSharedServer(
      ['diff', 'report.sql.md', './report.sql.md'],
      {
        cwd: STALE,
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^✓ report\.sql\.md → \.\/report\.sql\.md {3}in sync \(2 tables, .* s\)\n$/);
  });

  it('prints the changes from a report to migrations, and in the other direction', async () => {
    const there = await driftmarkOnSharedServer(['diff', 'report.sql.md', 'migrations'], { cwd: STALE });
    expect(there.code).toBe(2);
    expect(there.stdout).toContain('✗ report.sql.md → migrations   3 changes');
    expect(there.stdout).toMatch(/~ column total +numeric\(10,2\) → numeric\(12,2\)/);
    expect(there.stdout).toMatch(/^ {2}\+\+\+ migrations$/m);
    const back = await driftmarkOnSharedServer(['diff', 'migrations', 'report.sql.md'], { cwd: STALE });
    expect(back.code).toBe(2);
    expect(back.stdout).toMatch(/~ column total +numeric\(12,2\) → numeric\(10,2\)/);
    expect(back.stdout).toMatch(/^ {2}-| `total` +\| `numeric\(12,2\)`/m);
  });

  it('reads a report at a git revision, by a path relative to the working directory', async () => {
    await inFolder(async (dir) => {
      const cwd = path.join(dir, 'package');
      await cp(STALE, cwd, { recursive: true });
      git(dir, 'init', '--quiet', '--initial-branch=main');
      git(dir, 'add', '.');
      git(dir, 'commit', '--quiet', '--message=one');
      const same = await driftmarkOnSharedServer(['diff', 'git:main:report.sql.md', 'report.sql.md'], {
        cwd,
      });
      expect(same).toMatchObject({ code: 0, stderr: '' });
      const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
      await writeFile(
        path.join(cwd, 'report.sql.md'),
        report.replace("'draft'::order_status", "'spent'::order_status"),
      );
      const changed = await driftmarkOnSharedServer(['diff', 'git:HEAD:report.sql.md', 'report.sql.md'], {
        cwd,
      });
      expect(changed.code).toBe(2);
      expect(changed.stdout).toContain("default 'draft'::order_status → 'spent'::order_status");
      const missing = await driftmarkOnSharedServer(['diff', 'git:nowhere:report.sql.md', 'report.sql.md'], {
        cwd,
      });
      expect(missing.code).toBe(1);
      expect(missing.stderr).toContain('git has no report.sql.md at nowhere.');
      const option = await driftmarkOnSharedServer(
        ['diff', 'git:--output=x:report.sql.md', 'report.sql.md'],
        { cwd },
      );
      expect(option.code).toBe(1);
      expect(option.stderr).toContain('git has no report.sql.md at --output=x.');
    });
  });

  it('refuses to compare reports in different formats', async () => {
    const { code, stderr } = await driftmarkOnSharedServer(['diff', 'report.sql.md', BACKSTAGE], {
      cwd: STALE,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('Cannot compare reports in different formats: ');
  });

  it('masks the password of a URL', async () => {
    for (const url of [
      'postgres://me:hush@localhost:1/app',
      'postgres://me:hu/sh@localhost:1/app',
      'postgres://me:hush@@@localhost:x/app',
      'postgres://localhost:1/app?password=hush&user=me',
    ]) {
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['diff', url, 'report.sql.md'], {
        cwd: STALE,
      });
      expect(code).toBe(1);
      expect(stdout + stderr).not.toMatch(/hush|sh@/);
    }
  });

  it('exits 0 for changes of ignored classes, and still prints them', async () => {
    const args = ['diff', 'report.sql.md', 'migrations'];
    const some = await driftmarkOnSharedServer([...args, '--ignore', 'physical', '--ignore', 'additive'], {
      cwd: STALE,
    });
    expect(some.code).toBe(2);
    const all = await driftmarkOnSharedServer([...args, '--fail-on', 'order,comments'], { cwd: STALE });
    expect(all.code).toBe(0);
    expect(all.stdout).toContain(', all ignored');
    expect(all.stdout).toMatch(/column total .*ignored/);
    const unknown = await driftmarkOnSharedServer([...args, '--fail-on', 'order,none'], { cwd: STALE });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('--fail-on: unknown change class "none".');
  });

  it('prints the changes as JSON', async () => {
    const args = ['diff', 'report.sql.md', 'migrations', '--reporter', 'json', '--ignore', 'physical'];
    const { code, stdout } = await driftmarkOnSharedServer(args, { cwd: STALE });
    expect(code).toBe(2);
    const { exitCode, targets } = JSON.parse(stdout) as {
      readonly exitCode: number;
      readonly targets: readonly {
        readonly name: string;
        readonly changes: readonly { readonly class: string; readonly isTolerated?: true }[];
      }[];
    };
    const [{ name, changes } = { name: '', changes: [] }] = targets;
    expect({ exitCode, name }).toEqual({ exitCode: 2, name: 'report.sql.md → migrations' });
    expect(changes.map((change) => [change.class, change.isTolerated ?? false])).toEqual([
      ['breaking', false],
      ['additive', false],
      ['physical', true],
    ]);
  });
});

describe('a database as a source of show and diff', () => {
  let scratch: TestServer;
  let database: ScratchDatabase;
  beforeAll(async () => {
    scratch = await sharedServer();
    database = await scratch.server.createDatabase();
    const client = await connect(database.connection, new AbortController().signal);
    for (const file of ['20260101090000_orders', '20260301100000_widen_total', '20260305090000_currency'])
      await client.query(await readFile(path.join(STALE, `migrations/${file}.up.sql`), 'utf8'));
    await client.query('CREATE SCHEMA other CREATE TABLE theirs ()');
    await client.query('CREATE TABLE knex_migrations (id serial PRIMARY KEY)');
    await client.query('CREATE TABLE goose_db_version (id serial PRIMARY KEY)');
    await client.query('CREATE SCHEMA drizzle; CREATE TABLE drizzle.__drizzle_migrations (id int)');
    await client.end();
  });
  afterAll(() => scratch.stop());

  it('is printed with all its schemas', async () => {
    const { code, stdout, stderr } = await driftmarkOnSharedServer(['show', urlOf(database)], { cwd: STALE });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('<!-- driftmark format=1 schemas=public,other -->');
    expect(stdout).toContain('## Table `other.theirs`');
    expect(stdout).not.toMatch(/knex_migrations|goose_db_version|drizzle/);
  });

  it('is compared in the schemas that the other source contains', async () => {
    const { code, stdout, stderr } = await driftmarkOnSharedServer(['diff', urlOf(database), 'migrations'], {
      cwd: STALE,
    });
    expect(stdout).toMatch(/^✓ .*@.* → migrations {3}in sync/);
    expect(stderr).toContain('also has the schema other: not compared');
    expect(code).toBe(0);
  });

  it('is compared with a report in the full and in the backstage format', async () => {
    const full = await driftmarkOnSharedServer(['diff', 'report.sql.md', urlOf(database)], { cwd: STALE });
    expect(full.code).toBe(2);
    expect(full.stdout).toContain('3 changes');
    const backstage = await driftmarkOnSharedServer(['diff', BACKSTAGE, urlOf(database)], { cwd: STALE });
    expect(backstage.code).toBe(2);
    expect(backstage.stdout).toMatch(/- table sessions/);
    expect(backstage.stdout).toMatch(/\+ table orders/);
    expect(backstage.stdout).toContain('+| `total`       | `numeric`');
  });

  it('is limited by --schema, as a report is', async () => {
    const { code, stdout } = await driftmarkOnSharedServer(
      ['diff', 'report.sql.md', urlOf(database), '--schema', 'oth*'],
      {
        cwd: STALE,
      },
    );
    expect(code).toBe(2);
    expect(stdout).toContain('+ table other.theirs');
    expect(stdout).not.toContain('orders');
  });
});

/** Migrations, and the dump of their schema that replaces them. */
const HISTORY = {
  '1_orders.sql': `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, status varchar(10) NOT NULL DEFAULT 'open');`,
  '2_note.sql': `ALTER TABLE orders ADD note text DEFAULT lower('NONE');
    ALTER TABLE orders ADD CONSTRAINT known CHECK (status IN ('open', 'paid') AND (note <> '' OR id > 1) AND id > 0);`,
  '3_more.sql': `CREATE INDEX orders_open ON orders (id) WHERE status IN ('open', 'paid');
    CREATE VIEW active AS SELECT id FROM orders o WHERE o.status IN ('open', 'late') AND o.id BETWEEN 1 AND 9;
    CREATE POLICY p ON orders USING (status IN ('open', 'paid'));`,
};
const BASELINE = `SET statement_timeout = 0;
SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.orders (
    id bigint NOT NULL,
    status character varying(10) DEFAULT 'open'::character varying NOT NULL,
    note text DEFAULT lower('NONE'::text),
    CONSTRAINT known CHECK ((((status)::text = ANY ((ARRAY['open'::character varying, 'paid'::character varying])::text[])) AND ((note <> ''::text) OR (id > 1)) AND (id > 0)))
);
CREATE VIEW public.active AS
 SELECT id
   FROM public.orders o
  WHERE (((status)::text = ANY ((ARRAY['open'::character varying, 'late'::character varying])::text[])) AND ((id >= 1) AND (id <= 9)));
ALTER TABLE public.orders ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.orders_id_seq START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1
);
ALTER TABLE ONLY public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
CREATE INDEX orders_open ON public.orders USING btree (id) WHERE ((status)::text = ANY ((ARRAY['open'::character varying, 'paid'::character varying])::text[]));
CREATE POLICY p ON public.orders USING (((status)::text = ANY ((ARRAY['open'::character varying, 'paid'::character varying])::text[])));`;

describe('diff of a squashed baseline', () => {
  const compareWith = (baseline: string) =>
    inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'package.json'), '{ "name": "squashed" }');
      for (const folder of ['migrations', 'baseline']) await mkdir(path.join(cwd, folder));
      for (const [name, text] of Object.entries(HISTORY))
        await writeFile(path.join(cwd, 'migrations', name), text);
      await writeFile(path.join(cwd, 'baseline', '1_baseline.sql'), baseline);
      return driftmarkOnSharedServer(['diff', 'migrations', 'baseline'], { cwd });
    });

  it('exits 0 if only the spelling of expressions differs from the migrations', async () => {
    expect(await compareWith(BASELINE)).toMatchObject({ code: 0, stderr: '' });
  });

  it('exits 2 if the meaning of an expression differs', async () => {
    const { code, stdout } = await compareWith(BASELINE.replace("'late'", "'lost'"));
    expect(stdout).toContain('→ baseline   1 change');
    expect(code).toBe(2);
  });
});
