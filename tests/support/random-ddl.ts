/** A source of random numbers that gives the same ones for the same seed. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Statements with random names from small pools, so that they meet each other's objects: many fail, which is a part of
 * the test.
 */
export function randomStatements(random: () => number): () => string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const schema = () => pick(['public', 'public', 'public', 'app', '"B c"']);
  const t = () => `${schema()}.${pick(['t1', 't2', 't3', '"T 4"'])}`;
  const bare = () => pick(['t1', 't2', 't3', '"T 4"']);
  const c = () => pick(['a', 'b', 'c', '"D e"', 'id']);
  const v = () => `${schema()}.${pick(['v1', 'v2', 'm1'])}`;
  const f = () => `${schema()}.${pick(['f1', 'f2', 'lower'])}`;
  const type = () => `${schema()}.${pick(['mood', 'amount', 'pair'])}`;
  const seq = () => `${schema()}.${pick(['s1', 's2'])}`;
  const idx = () => pick(['i1', 'i2', 'i3']);
  const con = () => pick(['k1', 'k2', 'k3']);
  const role = () => pick(['rnd_one', 'rnd_two']);
  const p = () => `${schema()}.${pick(['p', 'p1', 'p2', 'p3'])}`;
  const plain = () => pick(['integer', 'text', 'varchar(20)', 'numeric(8,2)', 'timestamptz', 'text[]']);
  const anyType = () => pick([plain(), plain(), plain(), type(), `${type()}[]`]);
  const text = () => pick([`'x'`, `'other'`, 'NULL']);
  const value = () => pick(['1', `'draft'`, 'now()', `${f()}(1)`, `nextval('${seq()}')`, `'sad'::${type()}`]);
  const expression = () =>
    pick([
      `${c()} IS NOT NULL`,
      `${f()}(${c()}) > 0`,
      `${c()} = 'sad'::${type()}`,
      `EXISTS (SELECT 1 FROM ${t()} x WHERE x.id = 1)`,
      `current_user = '${role()}'`,
    ]);
  const statements: readonly (() => string)[] = [
    () => `CREATE TABLE ${t()} (id int PRIMARY KEY, ${pick(['a', 'b'])} ${anyType()})`,
    () => `CREATE TABLE ${t()} (id bigint GENERATED ALWAYS AS IDENTITY, b text COLLATE "C" UNIQUE, c serial)`,
    () => `CREATE TABLE ${t()} () INHERITS (${t()})`,
    () => `CREATE TABLE ${t()} OF ${type()}`,
    () => `DROP TABLE ${t()} ${pick(['', 'CASCADE'])}`,
    () => `ALTER TABLE ${t()} ADD ${c()} ${anyType()} ${pick(['', `DEFAULT ${value()}`, 'NOT NULL'])}`,
    () => `ALTER TABLE ${t()} ADD ${c()} int GENERATED ALWAYS AS (id + 1) STORED`,
    () => `ALTER TABLE ${t()} DROP ${c()} ${pick(['', 'CASCADE'])}`,
    () => `ALTER TABLE ${t()} RENAME ${c()} TO ${c()}`,
    () => `ALTER TABLE ${t()} RENAME TO ${bare()}`,
    () => `ALTER TABLE ${t()} SET SCHEMA ${schema()}`,
    () => `ALTER TABLE ${t()} ALTER ${c()} TYPE ${plain()} USING NULL`,
    () => `ALTER TABLE ${t()} ALTER ${c()} SET DEFAULT ${value()}`,
    () => `ALTER TABLE ${t()} ALTER ${c()} DROP DEFAULT`,
    () => `ALTER TABLE ${t()} ALTER ${c()} ${pick(['SET', 'DROP'])} NOT NULL`,
    () =>
      `ALTER TABLE ${t()} ALTER ${c()} SET ${pick(['STATISTICS 50', 'STORAGE EXTERNAL', '(n_distinct = 5)'])}`,
    () =>
      `ALTER TABLE ${t()} ${pick(['SET (fillfactor = 70)', 'RESET (fillfactor)', 'SET (toast.autovacuum_enabled = false)', 'SET UNLOGGED', 'ENABLE ROW LEVEL SECURITY', 'FORCE ROW LEVEL SECURITY', 'REPLICA IDENTITY FULL'])}`,
    () => `ALTER TABLE ${t()} ${pick(['INHERIT', 'NO INHERIT'])} ${t()}`,
    () => `ALTER TABLE ${t()} ADD CONSTRAINT ${con()} CHECK (${expression()}) ${pick(['', 'NOT VALID'])}`,
    () => `ALTER TABLE ${t()} ADD CONSTRAINT ${con()} UNIQUE (${c()})`,
    () =>
      `ALTER TABLE ${t()} ADD CONSTRAINT ${con()} FOREIGN KEY (${c()}) REFERENCES ${t()} ${pick(['', 'NOT VALID', 'ON DELETE CASCADE'])}`,
    () => `ALTER TABLE ${t()} ADD CONSTRAINT ${con()} EXCLUDE USING btree (${c()} WITH =)`,
    () => `ALTER TABLE ${t()} ${pick(['DROP', 'VALIDATE'])} CONSTRAINT ${con()}`,
    () => `ALTER TABLE ${t()} RENAME CONSTRAINT ${con()} TO ${con()}`,
    () =>
      `CREATE INDEX ${idx()} ON ${t()} (${pick([c(), `${f()}(${c()})`, `lower(${c()}::text)`])}) ${pick(['', `WHERE ${expression()}`])}`,
    () => `CREATE UNIQUE INDEX ${idx()} ON ${t()} (${c()} DESC)`,
    () => `DROP INDEX ${schema()}.${idx()}`,
    () => `ALTER INDEX ${schema()}.${idx()} RENAME TO ${idx()}`,
    () => `ALTER INDEX ${schema()}.${idx()} SET (fillfactor = 80)`,
    () =>
      `CREATE ${pick(['', 'OR REPLACE'])} VIEW ${v()} AS SELECT ${pick(['*', 'x.id', 'count(*) AS n'])} FROM ${t()} x`,
    () => `CREATE VIEW ${v()} AS SELECT * FROM ${t()} JOIN ${t()} y USING (id)`,
    () => `CREATE VIEW ${v()} WITH (security_barrier) AS SELECT ${f()}(1) AS one, 'sad'::${type()} AS m`,
    () => `CREATE MATERIALIZED VIEW ${v()} AS SELECT id FROM ${t()}`,
    () => `CREATE INDEX ${idx()} ON ${v()} (id)`,
    () => `DROP ${pick(['VIEW', 'MATERIALIZED VIEW'])} ${v()} ${pick(['', 'CASCADE'])}`,
    () => `ALTER VIEW ${v()} RENAME TO ${pick(['v1', 'v2'])}`,
    () =>
      `CREATE ${pick(['', 'OR REPLACE'])} FUNCTION ${f()}(x ${pick(['int', 'bigint', 'text', anyType()])} ${pick(['', 'DEFAULT NULL'])}) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT ${pick(['1', '2'])}'`,
    () =>
      `CREATE OR REPLACE FUNCTION ${f()}(x int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM ${t()}; END`,
    () => `CREATE FUNCTION ${f()}() RETURNS SETOF ${t()} LANGUAGE sql AS 'SELECT NULL' `,
    () => `CREATE PROCEDURE ${f()}(x ${anyType()}) LANGUAGE sql AS ''`,
    () => `CREATE AGGREGATE ${f()}(int) (SFUNC = int4pl, STYPE = int)`,
    () => `DROP ROUTINE ${f()}(${pick(['int', 'bigint', 'text', ''])}) ${pick(['', 'CASCADE'])}`,
    () =>
      `ALTER FUNCTION ${f()}(int) ${pick(['RENAME TO f2', 'STABLE', 'SET search_path = app', `SET SCHEMA ${schema()}`, 'COST 5'])}`,
    () =>
      `CREATE OR REPLACE FUNCTION public.trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    () =>
      `CREATE TRIGGER ${pick(['g1', 'g2'])} BEFORE INSERT OR UPDATE ON ${pick([t, p])()} FOR EACH ROW EXECUTE FUNCTION public.trg()`,
    () => `DROP TRIGGER ${pick(['g1', 'g2'])} ON ${pick([t, p])()}`,
    () => `ALTER TRIGGER ${pick(['g1', 'g2'])} ON ${pick([t, p])()} RENAME TO ${pick(['g1', 'g2'])}`,
    () =>
      `ALTER TABLE ${pick([t, p])()} ${pick(['ENABLE', 'DISABLE', 'ENABLE ALWAYS'])} TRIGGER ${pick(['g1', 'g2'])}`,
    () => `ALTER TABLE ONLY ${p()} ${pick(['ENABLE', 'DISABLE'])} TRIGGER ${pick(['g1', 'g2'])}`,
    () =>
      `CREATE POLICY ${pick(['q1', 'q2'])} ON ${t()} ${pick(['', `TO ${role()}`])} USING (${expression()})`,
    () => `ALTER POLICY ${pick(['q1', 'q2'])} ON ${t()} ${pick(['RENAME TO q2', `USING (${expression()})`])}`,
    () => `DROP POLICY ${pick(['q1', 'q2'])} ON ${t()}`,
    () => `CREATE ${pick(['', 'OR REPLACE'])} RULE r1 AS ON DELETE TO ${t()} DO ALSO SELECT 1 FROM ${t()}`,
    () => `DROP RULE r1 ON ${t()}`,
    () => `CREATE TYPE ${type()} AS ENUM ('sad', 'ok')`,
    () => `CREATE TYPE ${type()} AS (x int, y ${anyType()})`,
    () => `CREATE TYPE ${type()} AS RANGE (SUBTYPE = int)`,
    () => `CREATE DOMAIN ${type()} AS ${plain()} CHECK (VALUE IS NOT NULL)`,
    () =>
      `ALTER DOMAIN ${type()} ${pick([`SET DEFAULT ${value()}`, 'SET NOT NULL', 'DROP NOT NULL', `ADD CONSTRAINT ${con()} CHECK (VALUE IS NOT NULL)`, `DROP CONSTRAINT ${con()}`])}`,
    () =>
      `ALTER TYPE ${type()} ADD VALUE IF NOT EXISTS '${pick(['new', 'glad'])}' ${pick(['', `BEFORE 'sad'`])}`,
    () => `ALTER TYPE ${type()} RENAME VALUE '${pick(['sad', 'ok', 'new'])}' TO '${pick(['sad', 'bad'])}'`,
    () => `ALTER TYPE ${type()} ADD ATTRIBUTE z int`,
    () => `ALTER TYPE ${type()} RENAME TO ${pick(['mood', 'amount'])}`,
    () => `ALTER TYPE ${type()} SET SCHEMA ${schema()}`,
    () => `DROP TYPE ${type()} ${pick(['', 'CASCADE'])}`,
    () => `CREATE SEQUENCE ${seq()} ${pick(['', 'AS int', `OWNED BY ${t()}.${c()}`])}`,
    () =>
      `ALTER SEQUENCE ${seq()} ${pick(['INCREMENT 5', `OWNED BY ${t()}.${c()}`, 'OWNED BY NONE', 'RENAME TO s2', `SET SCHEMA ${schema()}`])}`,
    () => `DROP SEQUENCE ${seq()} ${pick(['', 'CASCADE'])}`,
    () => `CREATE TABLE ${p()} (id int, b text) PARTITION BY LIST (id)`,
    () => `CREATE TABLE ${p()} PARTITION OF ${p()} FOR VALUES IN (${pick(['1', '2', '3'])})`,
    () => `CREATE TABLE ${p()} (id int, b text)`,
    () =>
      `ALTER TABLE ${p()} ${pick([`ATTACH PARTITION ${p()} FOR VALUES IN (${pick(['4', '5'])})`, `DETACH PARTITION ${p()}`])}`,
    () => `ALTER TABLE ${p()} ADD ${pick(['n', 'm'])} int`,
    () => `CREATE INDEX ${idx()} ON ${pick(['', 'ONLY'])} ${p()} (${pick(['id', 'b'])})`,
    () => `ALTER TABLE ${p()} RENAME TO ${pick(['p1', 'p2', 'p3'])}`,
    () => `DROP TABLE ${p()} ${pick(['', 'CASCADE'])}`,
    () => `COMMENT ON TABLE ${pick([t, p])()} IS ${text()}`,
    () => `COMMENT ON COLUMN ${t()}.${c()} IS ${text()}`,
    () => `COMMENT ON INDEX ${schema()}.${idx()} IS ${text()}`,
    () => `COMMENT ON CONSTRAINT ${con()} ON ${t()} IS ${text()}`,
    () => `COMMENT ON TRIGGER g1 ON ${t()} IS ${text()}`,
    () => `COMMENT ON POLICY q1 ON ${t()} IS ${text()}`,
    () => `COMMENT ON RULE r1 ON ${t()} IS ${text()}`,
    () => `COMMENT ON FUNCTION ${f()}(int) IS ${text()}`,
    () => `COMMENT ON ${pick(['TYPE', 'DOMAIN'])} ${type()} IS ${text()}`,
    () => `COMMENT ON SCHEMA ${schema()} IS ${text()}`,
    () => `COMMENT ON VIEW ${v()} IS ${text()}`,
    () => `COMMENT ON SEQUENCE ${seq()} IS ${text()}`,
    () =>
      `GRANT ${pick(['SELECT', 'ALL', 'INSERT'])} ON ${pick([t, v])()} TO ${pick([role(), 'PUBLIC'])} ${pick(['', 'WITH GRANT OPTION'])}`,
    () => `GRANT SELECT (${c()}) ON ${t()} TO ${role()}`,
    () => `REVOKE ALL ON ${pick([t, v])()} FROM ${pick([role(), 'PUBLIC'])} CASCADE`,
    () =>
      `GRANT USAGE ON ${pick([`SEQUENCE ${seq()}`, `SCHEMA ${schema()}`, `TYPE ${type()}`])} TO ${role()}`,
    () =>
      `REVOKE EXECUTE ON FUNCTION ${pick([f(), 'pg_catalog.pg_sleep'])}(${pick(['int', 'double precision'])}) FROM PUBLIC`,
    () => `GRANT SELECT ON pg_catalog.pg_class TO ${role()}`,
    () =>
      `ALTER DEFAULT PRIVILEGES ${pick(['', `IN SCHEMA ${schema()}`])} GRANT SELECT ON TABLES TO ${role()}`,
    () =>
      `ALTER ${pick([`TABLE ${t()}`, `VIEW ${v()}`, `FUNCTION ${f()}(int)`, `TYPE ${type()}`, `SCHEMA ${schema()}`])} OWNER TO ${pick([role(), 'CURRENT_USER'])}`,
    () => `REASSIGN OWNED BY ${role()} TO CURRENT_USER`,
    () => `DROP OWNED BY ${role()}`,
    () => `CREATE ROLE ${role()}`,
    () => `ALTER ROLE ${role()} RENAME TO ${role()}`,
    () => `ALTER ROLE rnd_one RENAME TO rnd_three; ALTER ROLE rnd_three RENAME TO rnd_one`,
    () => `CREATE SCHEMA ${schema()}`,
    () => `ALTER SCHEMA ${schema()} RENAME TO ${schema()}`,
    () => `DROP SCHEMA ${pick(['app', '"B c"'])} ${pick(['', 'CASCADE'])}`,
    () =>
      `CREATE EXTENSION ${pick(['citext', 'hstore', 'pg_trgm', 'intarray'])} ${pick(['', `SCHEMA ${schema()}`])}`,
    () => `DROP EXTENSION ${pick(['citext', 'hstore', 'pg_trgm', 'intarray'])} CASCADE`,
    () => `ALTER EXTENSION ${pick(['citext', 'hstore'])} ${pick(['ADD', 'DROP'])} TABLE ${t()}`,
    () => `CREATE STATISTICS st1 ON ${c()}, ${c()} FROM ${t()}`,
    () => `DROP STATISTICS st1`,
    () => `CREATE PUBLICATION pub1 FOR TABLE ${t()}`,
    () => `DROP PUBLICATION pub1`,
    () =>
      `CREATE OPERATOR ${schema()}.${pick(['=', '===', '>'])} (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)`,
    () => `DROP OPERATOR ${schema()}.${pick(['=', '===', '>'])} (int, int) CASCADE`,
    () => `CREATE CAST (text AS ${type()}) WITH INOUT`,
    () => `CREATE COLLATION ${schema()}.coll FROM "C"`,
    () => `CREATE TEXT SEARCH CONFIGURATION ${schema()}.ts1 (COPY = simple)`,
    () => `CREATE FOREIGN DATA WRAPPER w1`,
    () => `CREATE SERVER srv FOREIGN DATA WRAPPER w1`,
    () => `CREATE FOREIGN TABLE ${t()} (id int) SERVER srv`,
    () => `CREATE USER MAPPING FOR ${role()} SERVER srv`,
    () => `DROP FOREIGN DATA WRAPPER w1 CASCADE`,
    () =>
      `CREATE OR REPLACE FUNCTION public.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN IF tg_tag = ''CREATE INDEX'' THEN COMMENT ON SCHEMA public IS ''indexed''; END IF; END'`,
    () => `CREATE EVENT TRIGGER e1 ON ddl_command_end EXECUTE FUNCTION public.on_ddl()`,
    () => `DROP EVENT TRIGGER e1`,
    () =>
      `DO $$ BEGIN FOR n IN 1..3 LOOP EXECUTE format('ALTER TABLE ${t().replaceAll("'", "''")} ADD x%s int', n); END LOOP; END $$`,
    () => `CREATE TEMPORARY TABLE tmp1 (id int); DROP TABLE tmp1`,
    () => `INSERT INTO ${t()} DEFAULT VALUES`,
    () => `VACUUM ${pick(['', 'FULL'])} ${pick(['pg_catalog.pg_class', 'pg_catalog.pg_attribute', t()])}`,
    () => `CLUSTER ${t()} USING ${idx()}`,
    () => `REINDEX TABLE ${t()}`,
  ];
  return () => pick(statements)();
}
