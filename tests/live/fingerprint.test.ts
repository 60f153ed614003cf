import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BEGIN } from '#src/introspect/settings.js';
import { catalogState, isUnchanged } from '#src/live/fingerprint.js';
import type { Cluster } from '../support/cluster.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { caughtUp } from '../support/standby.js';

const BASE = `
  CREATE TABLE parent (id bigint PRIMARY KEY, name text CHECK (name <> ''));
  CREATE TABLE child (extra text) INHERITS (parent);
  CREATE TABLE sale (day date NOT NULL) PARTITION BY RANGE (day);
  CREATE TABLE sale_2026 PARTITION OF sale FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  CREATE TABLE line (parent_id bigint REFERENCES parent);
  CREATE INDEX parent_name ON parent (name);
  CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
  CREATE TRIGGER note BEFORE INSERT ON parent FOR EACH ROW EXECUTE FUNCTION noted();
  CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT 2 * n';
  CREATE RULE quiet AS ON DELETE TO line DO INSTEAD NOTHING;
  CREATE POLICY own ON parent USING (name = CURRENT_USER);
  CREATE TYPE mood AS ENUM ('fine', 'bad');
  CREATE DOMAIN positive AS integer CHECK (value > 0);
  CREATE VIEW names AS SELECT name FROM parent;
  CREATE STATISTICS both_columns ON id, name FROM parent;
  CREATE SCHEMA other;
  CREATE OPERATOR === (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = int8eq);
  CREATE COLLATION plain (locale = 'C');
  CREATE TEXT SEARCH CONFIGURATION ours (COPY = simple);`;

/** Changes that functions of PostgreSQL show before the snapshot of the transaction does. */
const CHANGES = [
  'ALTER TABLE parent RENAME COLUMN name TO title',
  'ALTER TABLE child ALTER COLUMN extra TYPE varchar(10)',
  'ALTER TABLE parent ALTER COLUMN name SET STATISTICS 50',
  'ALTER TABLE parent RENAME TO parents',
  'ALTER TABLE child NO INHERIT parent',
  'ALTER TABLE sale DETACH PARTITION sale_2026',
  'ALTER TABLE line DROP CONSTRAINT line_parent_id_fkey',
  'ALTER TABLE parent RENAME CONSTRAINT parent_name_check TO named',
  'DROP TABLE line',
  'DROP INDEX parent_name',
  'ALTER INDEX parent_name RENAME TO by_name',
  'CREATE INDEX ON parent (lower(name))',
  'DROP TRIGGER note ON parent',
  'ALTER TRIGGER note ON parent RENAME TO noted',
  'DROP FUNCTION twice',
  'ALTER FUNCTION twice RENAME TO double',
  `CREATE OR REPLACE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + n'`,
  'DROP RULE quiet ON line',
  'DROP POLICY own ON parent',
  'ALTER POLICY own ON parent USING (true)',
  `ALTER TYPE mood RENAME VALUE 'fine' TO 'good'`,
  'DROP TYPE mood',
  'ALTER DOMAIN positive DROP CONSTRAINT positive_check',
  'CREATE OR REPLACE VIEW names AS SELECT name, id FROM parent',
  'DROP VIEW names',
  'DROP STATISTICS both_columns',
  'ALTER SCHEMA other RENAME TO others',
  'DROP OPERATOR === (bigint, bigint)',
  'ALTER COLLATION plain RENAME TO bare',
  'DROP TEXT SEARCH CONFIGURATION ours',
  'ALTER TABLE parent RENAME COLUMN name TO title; ALTER TABLE parent RENAME COLUMN title TO name',
];

/** Commands that do not change the schema. */
const OTHER_WORK = [
  `INSERT INTO parent VALUES (1, 'one') ON CONFLICT DO NOTHING`,
  'CREATE TEMPORARY TABLE t (id bigint PRIMARY KEY, name text CHECK (length(name) > 1)) ON COMMIT DROP; CREATE INDEX ON t (name)',
  'ANALYZE parent',
];

const MAJORS: readonly PostgresMajor[] = [14, 18];

describe.each(MAJORS)('the fingerprint of the catalogs of PostgreSQL %d', (major) => {
  let primary: Cluster;
  let standby: Cluster;
  const clusters = sharedClusters(major, async ({ make, standbyOf }) => {
    primary = await make('primary', { wal_level: 'replica' });
    standby = await standbyOf(primary, 'standby');
    await primary.start();
    await standby.start();
  });
  const open: pg.Client[] = [];
  const client = async (server = primary) => {
    const made = await server.connect();
    open.push(made);
    return made;
  };
  let writer: pg.Client;
  beforeEach(async (context) => {
    clusters.skipUnlessThere(context);
    writer = await client();
    await writer.query(
      'DROP SCHEMA IF EXISTS other, others CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public',
    );
    await writer.query(BASE);
  });
  afterEach(async () => {
    for (const each of open.splice(0)) await each.end();
  });

  /** Whether a reading notices a change that is written before the reading and committed during it. */
  async function isNoticed(change: string, server: Cluster): Promise<boolean> {
    await writer.query(`BEGIN; ${change}`);
    // Another client also writes, so that the transaction of the writer is not the newest one.
    await (await client()).query(`SELECT pg_current_xact_id(); SELECT pg_current_xact_id()`);
    if (server !== primary) await caughtUp(primary, server);
    const reader = await client(server);
    await reader.query(BEGIN);
    const state = await catalogState(reader);
    await writer.query('COMMIT');
    await reader.query('ROLLBACK');
    if (server !== primary) await caughtUp(primary, server);
    return !(await isUnchanged(reader, state));
  }

  it.each(CHANGES)('changes on %s', async (change) => {
    expect(await isNoticed(change, primary)).toBe(true);
  });

  it('also changes on a standby', async () => {
    expect(await isNoticed('ALTER TABLE parent RENAME COLUMN name TO title', standby)).toBe(true);
    expect(await isNoticed('DROP TRIGGER note ON parent', standby)).toBe(true);
  });

  it.each(OTHER_WORK)('does not change on %s', async (work) => {
    expect(await isNoticed(work, primary)).toBe(false);
    expect(await isNoticed(work, standby)).toBe(false);
  });

  it('is the same from an earlier horizon until a definition changes', async () => {
    const reader = await client();
    const stateFrom = async (horizon?: string) => {
      await reader.query(BEGIN);
      const state = await catalogState(reader, horizon);
      await reader.query('ROLLBACK');
      return state;
    };
    const first = await stateFrom();
    await writer.query('SELECT pg_current_xact_id()');
    expect((await stateFrom(first.horizon)).fingerprint).toBe(first.fingerprint);
    await writer.query('ALTER TABLE parent RENAME COLUMN name TO title');
    expect((await stateFrom(first.horizon)).fingerprint).not.toBe(first.fingerprint);
  });
});
