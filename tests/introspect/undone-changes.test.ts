import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incrementalReader } from '#src/introspect/incremental/incremental-reader.js';
import type { Schema } from '#src/schema/model.js';
import { preparing } from '#src/replay/prepared-statements.js';
import { connect } from '#src/scratch/client.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { postgresBin } from '../support/postgres-versions.js';
import { randomNumbers } from '../support/random-ddl.js';
import { majors, runsAll } from '../support/selection.js';

const STEPS = runsAll ? 600 : 80;
const SEED = Number(process.env.DRIFTMARK_TEST_SEED ?? 1);

/** What a migration does, and what its down migration does. `n` makes names unique. */
type Pair = readonly [up: (n: number) => string, down: (n: number) => string];

/** Down migrations that drop what was created, and nothing else. */
const EXACT: readonly Pair[] = [
  [(n) => `CREATE TABLE x${n} (id serial PRIMARY KEY, t text UNIQUE DEFAULT 'a')`, (n) => `DROP TABLE x${n}`],
  [(n) => `ALTER TABLE base ADD c${n} int NOT NULL DEFAULT 0`, (n) => `ALTER TABLE base DROP c${n}`],
  [(n) => `ALTER TABLE base ADD c${n} int REFERENCES base`, (n) => `ALTER TABLE base DROP c${n}`],
  [(n) => `CREATE INDEX i${n} ON base (lower(name))`, (n) => `DROP INDEX i${n}`],
  [
    (n) => `ALTER TABLE base ADD CONSTRAINT k${n} CHECK (id > ${n})`,
    (n) => `ALTER TABLE base DROP CONSTRAINT k${n}`,
  ],
  [(n) => `CREATE VIEW v${n} AS SELECT * FROM base`, (n) => `DROP VIEW v${n}`],
  [(n) => `CREATE MATERIALIZED VIEW v${n} AS SELECT id FROM base`, (n) => `DROP MATERIALIZED VIEW v${n}`],
  [(n) => `CREATE SEQUENCE s${n}`, (n) => `DROP SEQUENCE s${n}`],
  [
    (n) => `CREATE FUNCTION f${n}(int) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    (n) => `DROP FUNCTION f${n}(int)`,
  ],
  [(n) => `CREATE TYPE e${n} AS ENUM ('a', 'b')`, (n) => `DROP TYPE e${n}`],
  [(n) => `CREATE TYPE e${n} AS (a int, b text)`, (n) => `DROP TYPE e${n}`],
  [(n) => `CREATE DOMAIN d${n} AS int CHECK (VALUE > 0)`, (n) => `DROP DOMAIN d${n}`],
  [(n) => `CREATE POLICY p${n} ON base USING (id > 0)`, (n) => `DROP POLICY p${n} ON base`],
  [
    (n) => `CREATE TRIGGER g${n} BEFORE UPDATE ON base FOR EACH ROW EXECUTE FUNCTION noop()`,
    (n) => `DROP TRIGGER g${n} ON base`,
  ],
];

/** Others: they change what is there, or leave something behind. */
const OTHERS: readonly Pair[] = [
  [(n) => `CREATE TABLE x${n} (id int); CREATE TABLE y${n} (id int)`, (n) => `DROP TABLE x${n}`],
  [(n) => `ALTER TABLE base ADD c${n} int, ADD d${n} text`, (n) => `ALTER TABLE base DROP c${n}`],
  [
    (n) => `ALTER TABLE base ADD c${n} int`,
    (n) => `ALTER TABLE base DROP c${n}; ALTER TABLE base ADD d${n} int`,
  ],
  [(n) => `CREATE INDEX i${n} ON base (id)`, (n) => `DROP INDEX i${n}; CREATE INDEX j${n} ON base (id)`],
  [() => `ALTER TABLE base ALTER name SET NOT NULL`, () => `ALTER TABLE base ALTER name DROP NOT NULL`],
  [() => `ALTER TABLE base ALTER name SET DEFAULT 'a'`, () => `ALTER TABLE base ALTER name DROP DEFAULT`],
  [(n) => `ALTER TABLE base RENAME name TO n${n}`, (n) => `ALTER TABLE base RENAME n${n} TO name`],
  [(n) => `COMMENT ON TABLE base IS 'n${n}'`, () => `COMMENT ON TABLE base IS NULL`],
  [(n) => `COMMENT ON COLUMN base.name IS 'n${n}'`, () => `COMMENT ON COLUMN base.name IS 'left'`],
  [() => `GRANT SELECT ON base TO PUBLIC`, () => `REVOKE ALL ON base FROM PUBLIC`],
  [() => `GRANT SELECT (id) ON base TO PUBLIC`, () => `REVOKE ALL (id) ON base FROM PUBLIC`],
  [(n) => `CREATE TABLE x${n} () INHERITS (base)`, (n) => `DROP TABLE x${n}`],
  [(n) => `CREATE TABLE x${n} PARTITION OF parts FOR VALUES IN (${n})`, (n) => `DROP TABLE x${n}`],
  [
    (n) => `CREATE VIEW v${n} AS SELECT * FROM base; ALTER TABLE base ADD c${n} int`,
    (n) => `ALTER TABLE base DROP c${n}; DROP VIEW v${n}`,
  ],
  [
    (n) => `CREATE FUNCTION noop(a${n} int) RETURNS int LANGUAGE sql AS 'SELECT 1'`,
    () => `DROP FUNCTION noop(int)`,
  ],
  [(n) => `CREATE SCHEMA s${n}; CREATE TABLE s${n}.t (id int)`, (n) => `DROP SCHEMA s${n} CASCADE`],
  [(n) => `CREATE TABLE x${n} (id int)`, (n) => `ALTER TABLE x${n} RENAME TO y${n}`],
  [(n) => `CREATE TABLE x${n} (id int)`, (n) => `DROP TABLE x${n}; CREATE TABLE x${n} (id bigint)`],
];

describe.each(majors())('changes that are undone, on PostgreSQL %s', (major) => {
  let test: TestServer | undefined;
  let unavailable: string | undefined;
  beforeAll(async () => {
    const found = await postgresBin(major);
    unavailable = found.unavailable;
    if (found.unavailable === undefined) test = await startServer(found.bin);
  });
  afterAll(() => test?.stop());

  /** Hands a database to `use`, with a function that runs SQL in it, and one that reads it and checks the reading. */
  async function inDatabase(
    use: (run: (sql: string) => Promise<unknown>, read: () => Promise<Schema>) => Promise<void>,
  ): Promise<void> {
    if (!test) throw new Error(unavailable);
    const database = await test.server.createDatabase();
    const signal = new AbortController().signal;
    const clients: Client[] = [];
    try {
      const writer = await connect(database.connection, signal);
      const reader = await connect(database.connection, signal, { pipeline: true });
      clients.push(writer, reader);
      await reader.query('SET plan_cache_mode = force_generic_plan');
      const isCounted = major >= 15;
      const run = async (sql: string) => {
        await writer.query(sql);
        if (isCounted) await writer.query('SELECT pg_stat_force_next_flush()');
      };
      await run(`
        CREATE TABLE base (id int PRIMARY KEY, name text);
        CREATE TABLE parts (id int) PARTITION BY LIST (id);
        CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';`);
      const options = { covers: () => true, historyTables: [], verify: true };
      await use(
        run,
        incrementalReader(await preparing(reader), { ...options, areWritesCounted: () => isCounted }),
      );
    } finally {
      for (const client of clients) await client.end();
      await database.drop();
    }
  }

  it('lead back to the earlier schema, without another reading', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    await inDatabase(async (run, read) => {
      const schemas = [await read()];
      for (const [n, [up]] of EXACT.entries()) {
        await run(up(n));
        schemas.push(await read());
      }
      for (const [n, [, down]] of [...EXACT.entries()].reverse()) {
        await run(down(n));
        expect(await read(), down(n)).toBe(schemas[n]);
      }
    });
  });

  it('and changes that are undone in part do not, in any order', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    const random = randomNumbers(SEED + major);
    const pairs = [...EXACT, ...OTHERS];
    await inDatabase(async (run, read) => {
      await read();
      const done: string[] = [];
      const downs: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        const pair = pairs[Math.floor(random() * pairs.length)];
        const isUp = downs.length === 0 || random() < 0.52;
        const sql = (isUp ? pair?.[0](step) : downs.pop()) ?? '';
        if (isUp && pair) downs.push(pair[1](step));
        // A pair may be impossible after an earlier one. Then its down is impossible as well.
        await run(sql).catch(() => undefined);
        done.push(sql);
        await read().catch((error: unknown) => {
          throw new Error(`seed ${SEED}, step ${step}: ${String(error)}\n${done.slice(-12).join(';\n')}`);
        });
      }
    });
  });
});
