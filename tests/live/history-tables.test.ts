import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { positionOf } from '#src/drift/position.js';
import { appliedIn, readAppliedMigrations } from '#src/live/applied-migrations.js';
import { readMigrations } from '#src/migrations/migrations.js';
import { connect } from '#src/scratch/client.js';
import { detectIn, FIXTURES } from '../migrations/build-fixture.js';
import type { TestServer } from '../support/own-server.js';
import { schemaOf } from '../support/schemas.js';
import { sharedServer } from '../support/shared-server.js';

/** The history table of a tool after three of the five migrations, as the tool itself makes and fills it. */
const HISTORIES: Readonly<
  Record<string, { readonly table: string; readonly columns: string; readonly rows: readonly string[] }>
> = {
  prisma: {
    table: 'public._prisma_migrations',
    columns: 'migration_name text, finished_at timestamptz, rolled_back_at timestamptz',
    rows: ['customers', 'orders', 'sent'].map((name, at) => `'2026010${at + 1}120000_${name}', now(), NULL`),
  },
  drizzle: {
    table: 'drizzle.__drizzle_migrations',
    columns: 'id serial, created_at bigint',
    rows: ['1, 1767268800000', '2, 1767355200000', '3, 1767441600000'],
  },
  flyway: {
    table: 'public.flyway_schema_history',
    columns: 'version text, script text, success boolean, type text',
    rows: [
      `NULL, '"app"', true, 'SCHEMA'`,
      `'1', 'V1__customers.sql', true, 'SQL'`,
      `'1.1', 'V1_1__orders.sql', true, 'SQL'`,
      `'1.2', 'V1_2__sent.sql', true, 'SQL'`,
    ],
  },
  supabase: {
    table: 'supabase_migrations.schema_migrations',
    columns: 'version text, name text',
    rows: ['20260101120000', '20260102120000', '20260103120000'].map((version) => `'${version}', ''`),
  },
  'golang-migrate': {
    table: 'public.schema_migrations',
    columns: 'version bigint, dirty boolean',
    rows: ['10, false'],
  },
  goose: {
    table: 'public.goose_db_version',
    columns: 'version_id bigint, is_applied boolean',
    rows: ['0, true', '8, true', '9, true', '10, true'],
  },
  sqlx: {
    table: 'public._sqlx_migrations',
    columns: 'version bigint, success boolean',
    rows: ['8, true', '9, true', '10, true'],
  },
  diesel: {
    table: 'public.__diesel_schema_migrations',
    columns: 'version varchar(50)',
    rows: ["'20260101120000'", "'20260102120000'", "'20260103120000'"],
  },
  dbmate: {
    table: 'public.schema_migrations',
    columns: 'version varchar',
    rows: ["'20260101120000'", "'20260102120000'", "'20260103120000'"],
  },
  'node-pg-migrate': {
    table: 'public.pgmigrations',
    columns: 'name varchar, run_on timestamp',
    rows: ['1767268800000_customers', '1767355200000_orders', '1767441600000_sent'].map(
      (name) => `'${name}', now()`,
    ),
  },
  'graphile-migrate': {
    table: 'graphile_migrate.migrations',
    columns: 'filename text',
    rows: ["'000001.sql'", "'000002.sql'", "'000003.sql'"],
  },
  atlas: {
    table: 'atlas_schema_revisions.atlas_schema_revisions',
    columns: 'version varchar',
    rows: ["'20260101120000'", "'20260102120000'", "'20260103120000'"],
  },
  postgrator: {
    table: 'public.schemaversion',
    columns: 'version bigint',
    rows: ['0', '8', '9', '10'],
  },
  sqitch: {
    table: 'sqitch.changes',
    columns: 'change text',
    rows: ["'customers'", "'orders'", "'sent'"],
  },
  'sql-migrate': { table: 'public.gorp_migrations', columns: 'id text', rows: [] },
  tern: { table: 'public.schema_version', columns: 'version int', rows: ['3'] },
  liquibase: {
    table: 'public.databasechangelog',
    columns: 'id varchar, author varchar, filename varchar',
    rows: [
      "'customers', 'ada', 'db/changelog/changes/tables.sql'",
      "'orders', 'ada', 'db/changelog/changes/tables.sql'",
      "'sent', 'ada', 'db/changelog/later/1_sent.sql'",
    ],
  },
  kysely: {
    table: 'public.kysely_migration',
    columns: 'name varchar',
    rows: ["'2026-01-01_customers'", "'2026-01-02_orders'", "'2026-01-03_sent'"],
  },
};

describe('the history table tells how far a database has come with', () => {
  let test: TestServer;
  let client: pg.Client;
  beforeAll(async () => {
    test = await sharedServer();
    const { connection } = await test.server.createDatabase();
    client = await connect(connection, new AbortController().signal);
  });
  afterAll(async () => {
    await client.end();
    await test.stop();
  });

  it.each(Object.keys(HISTORIES))('%s', async (name) => {
    const { table, columns, rows } = HISTORIES[name] ?? expect.fail();
    const { detected } = await detectIn(path.join(FIXTURES, name));
    const { migrations, historyTables } = await readMigrations(detected);
    const names = migrations.map((each) => each.name);
    const done = rows.length > 0 ? rows : names.slice(0, 3).map((each) => `'${each}'`);
    const [schema = ''] = table.split('.');
    await client.query('BEGIN');
    try {
      await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}; CREATE TABLE ${table} (${columns})`);
      for (const row of done) await client.query(`INSERT INTO ${table} VALUES (${row})`);
      const { rows: found } = await client.query<{ oid: string; name: string }>(
        `SELECT oid::text, nspname AS name FROM pg_namespace WHERE nspname = 'public'`,
      );
      const applied = await readAppliedMigrations(client, found, historyTables);
      const snapshots = Array.from({ length: 6 }, () => schemaOf({}));
      expect(positionOf(schemaOf({}), { snapshots, migrations }, appliedIn(applied, ['public']))).toEqual({
        applied: 3,
        pending: names.slice(3),
        unknown: [],
      });
    } finally {
      await client.query('ROLLBACK');
    }
  });
});
