import { expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { unknownObjects } from '#src/introspect/unmodelled-guard.js';
import { compare } from '#src/schema/compare.js';
import { identityOf } from '#src/schema/model.js';
import type { Kind } from '#src/schema/kinds.js';
import { sharedServer } from '../support/shared-server.js';
import { asReport, onDatabase, readAll, readMade } from '../support/scratch.js';

interface Creation {
  readonly sql: string;
  /** The kind and the identity of the created object. */
  readonly as: readonly [Kind, ...string[]];
  /** Changes its definition. */
  readonly change: string;
}

/** An object that is not modelled: the report has its name and a hash. */
const uncovered = (type: string, identity: string) => ['uncovered', type, identity] as const;

/** Every CREATE command in the manual of PostgreSQL 18 that creates an object of a schema, in an order that works. */
const CREATIONS: Readonly<Record<string, Creation>> = {
  SCHEMA: { sql: 'CREATE SCHEMA k', as: ['namespace', 'k'], change: "COMMENT ON SCHEMA k IS 'c'" },
  EXTENSION: {
    sql: 'CREATE EXTENSION citext SCHEMA k',
    as: ['extension', 'citext'],
    change: 'ALTER EXTENSION citext SET SCHEMA public',
  },
  COLLATION: {
    sql: "CREATE COLLATION k.c (provider = icu, locale = 'und')",
    as: ['collation', 'k', 'c'],
    change: "DROP COLLATION k.c; CREATE COLLATION k.c (provider = icu, locale = 'de')",
  },
  'TYPE … AS ENUM': {
    sql: "CREATE TYPE k.e AS ENUM ('a')",
    as: ['enum', 'k', 'e'],
    change: "ALTER TYPE k.e ADD VALUE 'b'",
  },
  'TYPE … AS': {
    sql: 'CREATE TYPE k.c2 AS (a integer)',
    as: ['compositeType', 'k', 'c2'],
    change: 'ALTER TYPE k.c2 ALTER ATTRIBUTE a TYPE text',
  },
  'TYPE … AS RANGE': {
    sql: 'CREATE TYPE k.r AS RANGE (subtype = text)',
    as: ['rangeType', 'k', 'r'],
    change: 'DROP TYPE k.r; CREATE TYPE k.r AS RANGE (subtype = varchar)',
  },
  'TYPE, of a base type': {
    sql: `CREATE TYPE k.b;
      CREATE FUNCTION k.b_in(cstring) RETURNS k.b LANGUAGE internal IMMUTABLE STRICT AS 'textin';
      CREATE FUNCTION k.b_out(k.b) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
      CREATE TYPE k.b (INPUT = k.b_in, OUTPUT = k.b_out, LIKE = text)`,
    as: uncovered('type', 'k.b'),
    change: 'ALTER TYPE k.b SET (STORAGE = external)',
  },
  'TYPE, of a shell type': {
    sql: 'CREATE TYPE k.s',
    as: uncovered('type', 'k.s'),
    change: "COMMENT ON TYPE k.s IS 'c'",
  },
  DOMAIN: {
    sql: 'CREATE DOMAIN k.d AS integer',
    as: ['domain', 'k', 'd'],
    change: 'ALTER DOMAIN k.d SET DEFAULT 1',
  },
  SEQUENCE: { sql: 'CREATE SEQUENCE k.q', as: ['sequence', 'k', 'q'], change: 'ALTER SEQUENCE k.q CYCLE' },
  FUNCTION: {
    sql: 'CREATE FUNCTION k.f(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 1 $$',
    as: ['function', 'k', 'f', 'integer, integer'],
    change:
      'CREATE OR REPLACE FUNCTION k.f(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT 2 $$',
  },
  PROCEDURE: {
    sql: 'CREATE PROCEDURE k.p() LANGUAGE sql AS $$ SELECT 1 $$',
    as: ['procedure', 'k', 'p', ''],
    change: 'ALTER PROCEDURE k.p() SECURITY DEFINER',
  },
  AGGREGATE: {
    sql: 'CREATE AGGREGATE k.a(integer) (SFUNC = k.f, STYPE = integer)',
    as: ['aggregate', 'k', 'a', 'integer'],
    change: "CREATE OR REPLACE AGGREGATE k.a(integer) (SFUNC = k.f, STYPE = integer, INITCOND = '1')",
  },
  OPERATOR: {
    sql: 'CREATE OPERATOR k.<%> (LEFTARG = integer, RIGHTARG = integer, FUNCTION = k.f)',
    as: ['operator', 'k', '<%>', 'integer', 'integer'],
    change: "COMMENT ON OPERATOR k.<%> (integer, integer) IS 'c'",
  },
  'OPERATOR FAMILY': {
    sql: 'CREATE OPERATOR FAMILY k.of USING btree',
    as: uncovered('operator family', 'k.of USING btree'),
    change:
      'ALTER OPERATOR FAMILY k.of USING btree ADD FUNCTION 1 (integer, integer) btint4cmp(integer, integer)',
  },
  'OPERATOR CLASS': {
    sql: 'CREATE OPERATOR CLASS k.oc FOR TYPE integer USING btree FAMILY k.of AS OPERATOR 3 =',
    as: uncovered('operator class', 'k.oc USING btree'),
    change: 'ALTER OPERATOR CLASS k.oc USING btree OWNER TO pg_monitor',
  },
  CAST: {
    sql: 'CREATE CAST (k.b AS text) WITHOUT FUNCTION',
    as: ['cast', 'b', 'text'],
    change: 'DROP CAST (k.b AS text); CREATE CAST (k.b AS text) WITHOUT FUNCTION AS IMPLICIT',
  },
  CONVERSION: {
    sql: "CREATE CONVERSION k.v FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
    as: uncovered('conversion', 'k.v'),
    change:
      "DROP CONVERSION k.v; CREATE DEFAULT CONVERSION k.v FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8",
  },
  LANGUAGE: {
    sql: 'CREATE LANGUAGE l HANDLER plpgsql_call_handler',
    as: uncovered('language', 'l'),
    change: 'CREATE OR REPLACE LANGUAGE l HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator',
  },
  TRANSFORM: {
    sql: `CREATE FUNCTION k.from_sql(internal) RETURNS internal LANGUAGE internal STRICT IMMUTABLE AS 'prsd_end';
      CREATE FUNCTION k.to_sql(internal) RETURNS k.b LANGUAGE internal STRICT IMMUTABLE AS 'prsd_end';
      CREATE TRANSFORM FOR k.b LANGUAGE l (FROM SQL WITH FUNCTION k.from_sql(internal))`,
    as: uncovered('transform', 'for b language l'),
    change: 'CREATE OR REPLACE TRANSFORM FOR k.b LANGUAGE l (TO SQL WITH FUNCTION k.to_sql(internal))',
  },
  'ACCESS METHOD': {
    sql: 'CREATE ACCESS METHOD am TYPE TABLE HANDLER heap_tableam_handler',
    as: uncovered('access method', 'am'),
    change: "COMMENT ON ACCESS METHOD am IS 'c'",
  },
  'TEXT SEARCH PARSER': {
    sql: 'CREATE TEXT SEARCH PARSER k.tp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)',
    as: uncovered('text search parser', 'k.tp'),
    change: "COMMENT ON TEXT SEARCH PARSER k.tp IS 'c'",
  },
  'TEXT SEARCH TEMPLATE': {
    sql: 'CREATE TEXT SEARCH TEMPLATE k.tt (LEXIZE = dsimple_lexize)',
    as: uncovered('text search template', 'k.tt'),
    change: "COMMENT ON TEXT SEARCH TEMPLATE k.tt IS 'c'",
  },
  'TEXT SEARCH DICTIONARY': {
    sql: 'CREATE TEXT SEARCH DICTIONARY k.td (TEMPLATE = simple)',
    as: ['textSearchDictionary', 'k', 'td'],
    change: 'ALTER TEXT SEARCH DICTIONARY k.td (accept = false)',
  },
  'TEXT SEARCH CONFIGURATION': {
    sql: 'CREATE TEXT SEARCH CONFIGURATION k.tc (PARSER = k.tp)',
    as: ['textSearchConfiguration', 'k', 'tc'],
    change: 'ALTER TEXT SEARCH CONFIGURATION k.tc ADD MAPPING FOR word WITH k.td',
  },
  TABLE: {
    sql: 'CREATE TABLE k.t (a integer, b integer)',
    as: ['table', 'k', 't'],
    change: 'ALTER TABLE k.t SET UNLOGGED',
  },
  'TABLE AS': {
    sql: 'CREATE TABLE k.ta AS SELECT 1 AS one',
    as: ['column', 'k', 'ta', 'one'],
    change: 'ALTER TABLE k.ta ALTER one SET DEFAULT 1',
  },
  INDEX: {
    sql: 'CREATE INDEX i ON k.t (a)',
    as: ['index', 'k', 't', 'i'],
    change: 'ALTER INDEX k.i SET (fillfactor = 50)',
  },
  VIEW: {
    sql: 'CREATE VIEW k.vw AS SELECT a FROM k.t',
    as: ['view', 'k', 'vw'],
    change: 'CREATE OR REPLACE VIEW k.vw AS SELECT a FROM k.t WHERE a > 1',
  },
  'MATERIALIZED VIEW': {
    sql: 'CREATE MATERIALIZED VIEW k.mv AS SELECT a FROM k.t',
    as: ['materializedView', 'k', 'mv'],
    change: 'ALTER MATERIALIZED VIEW k.mv SET (fillfactor = 50)',
  },
  RULE: {
    sql: 'CREATE RULE ru AS ON INSERT TO k.t DO ALSO NOTIFY n',
    as: ['rule', 'k', 't', 'ru'],
    change: 'CREATE OR REPLACE RULE ru AS ON INSERT TO k.t DO ALSO NOTIFY m',
  },
  TRIGGER: {
    sql: `CREATE FUNCTION k.tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
      CREATE TRIGGER tr BEFORE INSERT ON k.t FOR EACH ROW EXECUTE FUNCTION k.tf()`,
    as: ['trigger', 'k', 't', 'tr'],
    change: 'ALTER TABLE k.t DISABLE TRIGGER tr',
  },
  'EVENT TRIGGER': {
    sql: `CREATE FUNCTION k.ef() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
      CREATE EVENT TRIGGER et ON ddl_command_end EXECUTE FUNCTION k.ef()`,
    as: ['eventTrigger', 'et'],
    change: 'ALTER EVENT TRIGGER et DISABLE',
  },
  POLICY: {
    sql: 'CREATE POLICY po ON k.t',
    as: ['policy', 'k', 't', 'po'],
    change: 'ALTER POLICY po ON k.t USING (a > 1)',
  },
  STATISTICS: {
    sql: 'CREATE STATISTICS k.st ON a, b FROM k.t',
    as: ['statistics', 'k', 'st'],
    change: 'ALTER STATISTICS k.st SET STATISTICS 7',
  },
  'FOREIGN DATA WRAPPER': {
    sql: 'CREATE FOREIGN DATA WRAPPER w',
    as: ['foreignDataWrapper', 'w'],
    change: "ALTER FOREIGN DATA WRAPPER w OPTIONS (o '1')",
  },
  SERVER: {
    sql: 'CREATE SERVER sv FOREIGN DATA WRAPPER w',
    as: ['foreignServer', 'sv'],
    change: "ALTER SERVER sv VERSION '2'",
  },
  'USER MAPPING': {
    sql: 'CREATE USER MAPPING FOR PUBLIC SERVER sv',
    as: ['userMapping', 'sv', 'public'],
    change: 'DROP USER MAPPING FOR PUBLIC SERVER sv',
  },
  'FOREIGN TABLE': {
    sql: 'CREATE FOREIGN TABLE k.ft (a integer) SERVER sv',
    as: ['foreignTable', 'k', 'ft'],
    change: "ALTER FOREIGN TABLE k.ft OPTIONS (o '1')",
  },
  PUBLICATION: {
    sql: 'CREATE PUBLICATION pu FOR TABLE k.ta',
    as: ['publication', 'pu'],
    change: "ALTER PUBLICATION pu SET (publish = 'insert')",
  },
  SUBSCRIPTION: {
    sql: "CREATE SUBSCRIPTION su CONNECTION 'host=nowhere' PUBLICATION pu WITH (connect = false, slot_name = NONE)",
    as: ['subscription', 'su'],
    change: 'ALTER SUBSCRIPTION su SET (binary = true)',
  },
  'nothing: ALTER DEFAULT PRIVILEGES': {
    sql: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor',
    as: ['defaultPrivileges', '', '', 'tables'],
    change: 'ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO pg_monitor',
  },
};

/** Commands that create objects of the whole server, or that are another name of a command. */
const NOT_OF_A_SCHEMA = ['DATABASE', 'GROUP', 'ROLE', 'TABLESPACE', 'USER'];

/** Every page of part VI.I of the manual whose name begins with CREATE. */
const MANUAL = [
  ...['ACCESS METHOD', 'AGGREGATE', 'CAST', 'COLLATION', 'CONVERSION', 'DATABASE', 'DOMAIN', 'EVENT TRIGGER'],
  ...['EXTENSION', 'FOREIGN DATA WRAPPER', 'FOREIGN TABLE', 'FUNCTION', 'GROUP', 'INDEX', 'LANGUAGE'],
  ...[
    'MATERIALIZED VIEW',
    'OPERATOR',
    'OPERATOR CLASS',
    'OPERATOR FAMILY',
    'POLICY',
    'PROCEDURE',
    'PUBLICATION',
  ],
  ...['ROLE', 'RULE', 'SCHEMA', 'SEQUENCE', 'SERVER', 'STATISTICS', 'SUBSCRIPTION', 'TABLE', 'TABLE AS'],
  ...['TABLESPACE', 'TEXT SEARCH CONFIGURATION', 'TEXT SEARCH DICTIONARY', 'TEXT SEARCH PARSER'],
  ...['TEXT SEARCH TEMPLATE', 'TRANSFORM', 'TRIGGER', 'TYPE', 'USER', 'USER MAPPING', 'VIEW'],
];

it('every CREATE command of the newest version creates an object in the report, and a change of the object is found', async () => {
  const names = Object.keys(CREATIONS);
  expect(
    MANUAL.filter((command) => !names.some((name) => name === command || name.startsWith(`${command} …`))),
  ).toEqual(NOT_OF_A_SCHEMA);
  const { server, stop } = await sharedServer();
  try {
    await onDatabase(server, async (client) => {
      for (const { sql } of Object.values(CREATIONS)) await client.query(sql);
      const before = await readAll(client);
      expect(parse(render(asReport(before)))).toEqual(asReport(before));
      for (const [name, { as, change }] of Object.entries(CREATIONS)) {
        const [kind, ...identity] = as;
        const key = JSON.stringify(identity);
        const isSame = (object: (typeof before.objects)[Kind][number]) =>
          JSON.stringify(identityOf(kind, object)) === key;
        expect.soft(before.objects[kind].filter(isSame), name).toHaveLength(1);
        const changes = compare({ from: before, to: await readMade(client, change) });
        expect.soft(changes, `${name}: ${change}`).not.toEqual([]);
      }
      // An object of an unknown kind is in the report with its name.
      const { rows } = await client.query<{ oid: string }>(
        "SELECT oid FROM pg_namespace WHERE nspname = 'k'",
      );
      const coverage = {
        versionNum: server.versionNum,
        namespaces: rows.map(({ oid }) => oid),
        excludedRelations: [],
        extensionVersions: false,
      };
      const unknown = async (isKnown?: (catalog: string) => boolean) =>
        (await client.query<{ type: string; identity: string }>(unknownObjects(coverage, isKnown))).rows;
      expect(await unknown()).toEqual([]);
      expect(await unknown((catalog) => catalog !== 'pg_statistic_ext')).toMatchObject([
        { type: 'statistics object', identity: 'k.st' },
      ]);
    });
  } finally {
    await stop();
  }
});
