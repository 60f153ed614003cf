import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driftmarkHere } from '../support/in-process.js';
import { liveDatabase, type LiveDatabase } from '../support/live-project.js';
import { startServer, type TestServer } from '../support/own-server.js';

/** A tenant schema whose code contains the name of the schema in every possible place. */
const schema = (name: string, quoted = name) => `
  CREATE TABLE orders (id bigint PRIMARY KEY, total numeric CHECK (total >= 0), origin text DEFAULT '${name}');
  CREATE VIEW dear AS SELECT id FROM orders WHERE total > 100;
  CREATE FUNCTION sum_up() RETURNS numeric LANGUAGE sql SET search_path = ${quoted}, pg_temp
    AS $$ SELECT sum(total) FROM ${quoted}.orders WHERE origin <> '${name}' $$;
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
  CREATE TRIGGER noted BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note('${name}');
  COMMENT ON TABLE orders IS 'what was ordered from ${name}';
  CREATE CONVERSION latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
  CREATE TYPE coin;
  CREATE FUNCTION coin_in(cstring) RETURNS coin LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
  CREATE FUNCTION coin_out(coin) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
  CREATE TYPE coin (INPUT = coin_in, OUTPUT = coin_out, LIKE = int4);
  CREATE FUNCTION coin_hash(coin) RETURNS int LANGUAGE internal IMMUTABLE STRICT AS 'hashint4';
  CREATE OPERATOR CLASS coin_ops FOR TYPE coin USING hash AS FUNCTION 1 coin_hash(coin);
  CREATE TEXT SEARCH PARSER words (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
  GRANT SELECT (ctid) ON orders TO pg_monitor;
  COMMENT ON CONSTRAINT orders_id_not_null ON orders IS 'of the key';`;

const tenant = (name: string, more = '') => {
  const quoted = /^[a-z]\w*$/.test(name) ? name : `"${name}"`;
  return `CREATE SCHEMA ${quoted}; SET search_path = ${quoted}; ${schema(name, quoted)} ${more};`;
};

/** Changes of a tenant schema, and how they are reported. */
const DIFFERENCES: readonly (readonly [sql: string, ...results: readonly string[]])[] = [
  ['CREATE TABLE more (a integer)', 'added table'],
  ['CREATE MATERIALIZED VIEW m AS SELECT 1 AS a', 'added materializedView'],
  ['CREATE POLICY p ON orders USING (total > 1)', 'added policy'],
  ['CREATE RULE r AS ON DELETE TO orders DO INSTEAD NOTHING', 'added rule'],
  ['CREATE INDEX i ON orders (total)', 'added index'],
  ['CREATE SEQUENCE s', 'added sequence'],
  ['CREATE DOMAIN d AS integer', 'added domain'],
  [`CREATE TYPE e AS ENUM ('one')`, 'added enum'],
  ['CREATE TYPE c AS (a integer)', 'added compositeType'],
  ['CREATE TYPE ranging AS RANGE (subtype = integer)', 'added rangeType'],
  [`CREATE PROCEDURE pr() LANGUAGE sql AS 'SELECT 1'`, 'added procedure'],
  ['CREATE AGGREGATE ag (integer) (SFUNC = int4pl, STYPE = integer)', 'added aggregate'],
  ['CREATE OPERATOR ## (LEFTARG = integer, RIGHTARG = integer, FUNCTION = int4pl)', 'added operator'],
  ['CREATE STATISTICS st ON id, total FROM orders', 'added statistics'],
  ['CREATE TEXT SEARCH CONFIGURATION ts (COPY = simple)', 'added textSearchConfiguration'],
  ['CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple)', 'added textSearchDictionary'],
  [`CREATE COLLATION co (LOCALE = 'C')`, 'added collation'],
  ['ALTER TABLE orders ADD EXCLUDE USING btree (total WITH =)', 'added exclusionConstraint'],
  ['ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES orders', 'added foreignKey'],
  ['ALTER TABLE orders ADD note text', 'added column'],
  [`ALTER TABLE orders ALTER origin SET DEFAULT 'first'`, 'changed column default'],
  ['CREATE OR REPLACE VIEW dear AS SELECT id FROM orders WHERE total > 1000', 'changed view definition'],
  ['DROP TRIGGER noted ON orders', 'removed trigger'],
  ['CREATE OPERATOR FAMILY f USING btree', 'added uncovered'],
  ['ALTER FUNCTION sum_up() SET search_path = pg_catalog', 'changed function settings'],
  [`COMMENT ON TABLE orders IS 'of shop_1'`, 'changed table comment'],
];

describe('check of tenant schemas', () => {
  let test: TestServer;
  let cwd: string;
  let database: LiveDatabase;

  interface Change {
    readonly type: string;
    readonly kind: string;
    readonly fact?: string;
  }
  interface CheckedTenant {
    readonly result: string;
    readonly changes: readonly string[];
    readonly fingerprint: string;
  }
  /** The changes that are reported for each tenant schema: `added index`, `changed column default`. */
  async function check(
    glob: string,
  ): Promise<{ code: number | null; results: ReadonlyMap<string, CheckedTenant> }> {
    const { code, stdout } = await driftmarkHere(
      ['check', '--url', database.url(), '--schema', glob, '--reporter', 'json'],
      { cwd, env: { DRIFTMARK_SCRATCH_URL: database.url() } },
    );
    const { targets } = JSON.parse(stdout) as {
      targets: {
        result: string;
        live: { schema: string; fingerprint: string };
        changes?: readonly Change[];
      }[];
    };
    const inWords = ({ type, kind, fact }: Change) => [type, kind, fact].filter(Boolean).join(' ');
    return {
      code,
      results: new Map(
        targets.map(({ result, live: { schema: name, fingerprint }, changes = [] }) => [
          name,
          { result, fingerprint, changes: changes.map(inWords) },
        ]),
      ),
    };
  }

  beforeAll(async () => {
    test = await startServer();
    cwd = await mkdtemp(path.join(os.tmpdir(), 'dm-tenants-'));
    await writeFile(path.join(cwd, 'package.json'), '{ "name": "shop" }');
    const template = await liveDatabase(test.server, schema('public'));
    const { code } = await driftmarkHere(['show', template.url(), '-o', 'report.sql.md'], { cwd });
    expect(code).toBe(0);
    database = await liveDatabase(test.server, '');
  });
  afterAll(async () => {
    await rm(cwd, { recursive: true });
    await test.stop();
  });

  it('is in sync for schemas that differ only in their name, also where their code contains the name', async () => {
    const names = [...Array.from({ length: 30 }, (_, at) => `shop_${at}`), 'shop Köln', 'shop-orders'];
    for (const name of names) await database.sql(tenant(name));
    const { code, results } = await check('shop*');
    const unlike = [...results].filter(([, { result }]) => result !== 'in-sync');
    expect({ unlike, code, schemas: results.size }).toEqual({ unlike: [], code: 0, schemas: 32 });
    expect(new Set([...results.values()].map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it('reports the changes of each schema, if all schemas have different ones', async () => {
    for (const [at, [sql]] of DIFFERENCES.entries()) await database.sql(tenant(`odd_${at}`, sql));
    const { code, results } = await check('odd_*');
    const expected = DIFFERENCES.map(([, ...changes], at) => [`odd_${at}`, changes]);
    const found = [...results].map(([name, { changes }]) => [name, changes]);
    expect({ code, found: Object.fromEntries(found) as object }).toEqual({
      code: 2,
      found: Object.fromEntries(expected) as object,
    });
    expect(new Set([...results.values()].map(({ fingerprint }) => fingerprint)).size).toBe(
      DIFFERENCES.length,
    );
  });

  it('reports a change if the code of a schema contains the name of another schema', async () => {
    const naming = (own: string, other: string) =>
      tenant(
        own,
        `CREATE OR REPLACE FUNCTION sum_up() RETURNS numeric LANGUAGE sql SET search_path = ${own}, pg_temp
         AS $$ SELECT sum(total) FROM ${other}.orders WHERE origin <> '${own}' $$`,
      );
    await database.sql(`SET check_function_bodies = off; ${naming('own_a', 'own_b')} ${naming('own_b', 'own_a')}
      CREATE ROLE own_c; ${tenant('own_c', 'GRANT SELECT ON orders TO own_c')}
      ${tenant('own_d', 'ALTER TABLE orders ALTER origin DROP DEFAULT')} ${tenant('dear')}`);
    const { results } = await check('own_*');
    expect(Object.fromEntries([...results].map(([name, { changes }]) => [name, changes]))).toEqual({
      own_a: ['changed function body'],
      own_b: ['changed function body'],
      own_c: ['changed table grants'],
      own_d: ['changed column default'],
    });
    // This schema has the name of a view in the report.
    expect((await check('dear')).code).toBe(0);
  });
});
