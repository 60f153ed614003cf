import { mkdir, mkdtemp, rm, writeFile, readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readLive } from '#src/live/read.js';
import { BACKSTAGE_READERS } from '#src/introspect/backstage.js';
import { READERS } from '#src/introspect/readers.js';
import { fingerprintQuery, SNAPSHOT } from '#src/live/fingerprint.js';
import { ALL_KINDS } from '#src/schema/kinds.js';
import type { Schema } from '#src/schema/model.js';
import type { Cluster } from '../support/cluster.js';
import {
  hostileBody,
  makeHostileCasts,
  makeHostileFunctions,
  makeHostileNames,
  wasCalled,
} from '../support/hostile.js';
import { driftmarkHere } from '../support/in-process.js';
import { read } from '../support/live-read.js';
import { majors, runsAll } from '../support/selection.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { lintSession } from '../support/sql-lint.js';

const FOLDER = 'fixtures/drifts';

/** History tables that would call code of the database if they were read carelessly. */
const HISTORIES = `
  CREATE TYPE public.flag AS (is_set bool);
  CREATE FUNCTION public.is_set(public.flag) RETURNS bool ${hostileBody('true')};
  CREATE CAST (public.flag AS bool) WITH FUNCTION public.is_set(public.flag) AS IMPLICIT;
  CREATE TABLE public.flyway_schema_history (script text, success public.flag);
  INSERT INTO public.flyway_schema_history VALUES ('V1', ROW(true));
  CREATE TABLE public.knex_migrations (name text);
  INSERT INTO public.knex_migrations VALUES ('1_first.js');
  CREATE FUNCTION public.sees() RETURNS bool ${hostileBody('true')};
  CREATE POLICY p ON public.knex_migrations USING (public.sees());
  ALTER TABLE public.knex_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  GRANT SELECT ON public.knex_migrations, public.flyway_schema_history TO PUBLIC;`;

describe.each(runsAll ? majors() : [18 as const])('a PostgreSQL %d database with hostile code', (major) => {
  let server: Cluster;
  let clean: Schema;
  let folder = '';
  const sent = new Map<pg.Client, string[]>();
  const clusters = sharedClusters(major, async ({ make }) => {
    server = await make('hostile', { shared_buffers: '128MB', max_locks_per_transaction: '20000' });
    await server.start();
    const admin = await server.connect();
    await admin.query('CREATE ROLE reader LOGIN');
    await admin.query('CREATE DATABASE app');
    await admin.end();
    await asAdmin(async (client) => {
      for (const name of ['roles', 'base'])
        await client.query(await readFile(`${FOLDER}/${name}.sql`, 'utf8'));
      await client.query(HISTORIES);
      const { rows } = await client.query<{ name: string }>(
        `SELECT quote_ident(nspname) AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
      );
      clean = await read(server);
      for (const { name } of rows) await client.query(`GRANT USAGE ON SCHEMA ${name} TO reader`);
      // In the default run, the schema of most objects and another one are hostile.
      const hostile = runsAll ? rows : rows.filter(({ name }, at) => name === 'public' || at === 0);
      for (const { name } of hostile)
        await makeHostileFunctions(client, name, runsAll && name === 'public' ? 'all' : 'some');
      await makeHostileCasts(client, 'public');
      for (const { name } of hostile) await makeHostileNames(client, name);
    });
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dm-hostile-'));
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  async function asAdmin<T>(use: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await server.connect('app');
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** What the log says from now on. */
  async function logOf(use: () => Promise<void>): Promise<string> {
    const before = (await server.log()).length;
    await use();
    return (await server.log()).slice(before);
  }

  /** Objects of before that are no longer there as they were. */
  const vanished = (now: Schema) =>
    ALL_KINDS.flatMap((kind) => {
      const there = new Set(now.objects[kind].map((object) => JSON.stringify(object)));
      return clean.objects[kind]
        .filter((object) => !there.has(JSON.stringify(object)) && kind !== 'namespace')
        .map((object) => ({ kind, ...object }));
    });

  it('is read without a call of that code, and nothing vanishes', async () => {
    const log = await logOf(async () => {
      expect(vanished(await read(server))).toEqual([]);
      expect(vanished(await read(server, { user: 'reader' }))).toEqual([]);
      await read(server, { detail: 'backstage' });
    });
    expect(wasCalled(log)).toBe(false);
  });

  it('is read so by a session that has such objects as temporary ones', async () => {
    await asAdmin(async (client) => {
      await makeHostileFunctions(client, 'pg_temp', 'some');
      await makeHostileNames(client, 'pg_temp');
      const log = await logOf(async () => {
        const { schemas } = await readLive(client, {
          label: 'the database',
          historyTables: [],
          groups: (names) => [names],
          notice: () => undefined,
        });
        expect(schemas[0] && vanished(schemas[0])).toEqual([]);
      });
      expect(wasCalled(log)).toBe(false);
    });
  });

  it('is read so by every command, whose SQL is qualified', async () => {
    const query = Reflect.get(pg.Client.prototype, 'query') as (...args: unknown[]) => unknown;
    vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
      const [config] = args;
      const text = typeof config === 'string' ? config : (config as { readonly text?: string }).text;
      if (text !== undefined) sent.set(this, [...(sent.get(this) ?? []), text]);
      return query.apply(this, args) as never;
    });
    const cwd = path.join(folder, String(major));
    await mkdir(cwd);
    const url = server.url('app');
    const runHere = (...args: readonly string[]) => driftmarkHere(args, { cwd });
    const before = (await server.log()).length;
    const shown = await runHere('show', url, '-o', 'report.sql.md');
    expect(shown).toMatchObject({ code: 0 });
    await writeFile(path.join(cwd, 'package.json'), '{"name": "hostile"}');
    expect(await runHere('diff', 'report.sql.md', url)).toMatchObject({ code: 0 });
    expect(await runHere('diff', url, url)).toMatchObject({ code: 0 });
    expect((await runHere('show', url, '--as', 'json')).code).toBe(0);
    expect((await runHere('check', '--url', url)).stdout).toContain('in sync');
    vi.restoreAllMocks();
    for (const texts of sent.values()) expect(await lintSession(texts)).toEqual([]);
    expect([...sent.values()].flat().length).toBeGreaterThan(10);
    expect(wasCalled((await server.log()).slice(before))).toBe(false);
  });

  it('has no part in what any query means: a view of each depends on nothing of the database', async () => {
    await asAdmin(async (client) => {
      const { rows: version } = await client.query<{ number: string }>(
        `SELECT pg_catalog.current_setting('server_version_num') AS number`,
      );
      const coverage = {
        versionNum: Number(version[0]?.number),
        namespaces: ['2200'],
        excludedRelations: [],
        extensionVersions: true,
      };
      const queries = [
        ...[...Object.values(READERS), ...Object.values(BACKSTAGE_READERS)].flatMap(({ sql, deparsed }) => [
          sql(coverage),
          ...(deparsed === undefined
            ? []
            : [`SELECT ${deparsed} AS late FROM (VALUES ('0'::pg_catalog.oid)) AS k(oid)`]),
        ]),
        ...[SNAPSHOT, fingerprintQuery()].map((query) => query.replace(/;\s*$/, '')),
      ];
      await client.query('BEGIN');
      await client.query('SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL lock_timeout = 0');
      for (const [at, query] of queries.entries())
        await client.query(
          `CREATE VIEW public.query_${at} AS SELECT pg_catalog.count(*) AS n FROM (${query}) q`,
        );
      const { rows } = await client.query<{ view: string; uses: string }>(
        `SELECT DISTINCT v.relname AS view, pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0) AS uses
         FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_rewrite r ON r.oid = d.objid JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
         WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND v.relname LIKE 'query\\_%'::pg_catalog.text
           AND d.refobjid >= '16384'::pg_catalog.oid AND d.refobjid <> v.oid`,
      );
      await client.query('ROLLBACK');
      expect(rows).toEqual([]);
      expect(queries.length).toBeGreaterThan(40);
    });
  });
});
