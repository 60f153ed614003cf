import type { PostgresMajor } from '../support/postgres-versions.js';

interface Pair {
  readonly a: string;
  readonly b: string;
  /** Kinds of the changes from one to the other; none if both are the same. */
  readonly changes: readonly string[];
  readonly on?: PostgresMajor;
}

export const BASE_TYPE = `CREATE TYPE bt;
  CREATE FUNCTION bin(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
  CREATE FUNCTION bout(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
  CREATE TYPE bt (INPUT = bin, OUTPUT = bout, LIKE = int4);`;

const partition = (
  index: string,
  more = '',
) => `CREATE TABLE pt (a int NOT NULL, b text) PARTITION BY RANGE (a);
  CREATE TABLE pt1 (a int NOT NULL, b text);
  CREATE INDEX pt1_a_idx ON pt1 (${index});
  CREATE INDEX pt_a_idx ON pt (a);
  ALTER TABLE pt ATTACH PARTITION pt1 FOR VALUES FROM (0) TO (10); ${more}`;

const uniquePartition = (index: string) => `CREATE TABLE pt (a int NOT NULL) PARTITION BY RANGE (a);
  CREATE UNIQUE INDEX pt_a_key ON pt (a);
  CREATE TABLE pt1 (a int NOT NULL);
  ${index};
  ALTER TABLE pt ATTACH PARTITION pt1 FOR VALUES FROM (0) TO (10);`;

const IDENTITY = `CREATE TABLE pt (a int NOT NULL, b text) PARTITION BY RANGE (a);
  CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (0) TO (10);`;

const GRANTED_TWICE = `CREATE TABLE t (a int); GRANT SELECT ON t TO pg_monitor WITH GRANT OPTION;
  GRANT SELECT ON t TO pg_read_all_data; SET ROLE pg_monitor; GRANT SELECT ON t TO pg_read_all_data; RESET ROLE;`;

const ENUM_CLASS = `CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (c e);
  CREATE OPERATOR CLASS own DEFAULT FOR TYPE e USING btree AS
    OPERATOR 1 < (anyenum, anyenum), OPERATOR 2 <= (anyenum, anyenum), OPERATOR 3 = (anyenum, anyenum),
    OPERATOR 4 >= (anyenum, anyenum), OPERATOR 5 > (anyenum, anyenum), FUNCTION 1 (e, e) enum_cmp(anyenum, anyenum);`;

const APP = `CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b');
  CREATE TABLE app.t (id int PRIMARY KEY, m app.mood DEFAULT 'a', CHECK (m <> 'b'::app.mood));
  CREATE INDEX ON app.t ((m = 'a'::app.mood)) WHERE m = 'a'; CREATE VIEW app.v AS SELECT id, m, 'a'::app.mood AS n FROM app.t;
  CREATE FUNCTION app.f(x app.mood) RETURNS app.mood LANGUAGE sql AS 'select x::app.mood';`;

/** Pairs of scripts, by what differs between the databases that they make. */
export const PAIRS: Readonly<Record<string, Pair>> = {
  'a grant and its revocation leave a base type as it was': {
    a: BASE_TYPE,
    b: `${BASE_TYPE} GRANT USAGE ON TYPE bt TO pg_monitor; REVOKE USAGE ON TYPE bt FROM pg_monitor;`,
    changes: [],
  },
  'an index of a partition in another order than that of its parent': {
    a: partition('a'),
    b: partition('a DESC'),
    changes: ['index'],
  },
  'an index of a partition with nulls elsewhere than in that of its parent': {
    a: partition('a'),
    b: partition('a NULLS FIRST'),
    changes: ['index'],
  },
  'the statistics target of the expression of a partition’s index': {
    a: partition('a', 'CREATE INDEX pt_e ON pt ((a + 1));'),
    b: partition(
      'a',
      'CREATE INDEX pt_e ON pt ((a + 1)); ALTER INDEX pt1_expr_idx ALTER 1 SET STATISTICS 7;',
    ),
    changes: ['index'],
  },
  'a unique constraint of a partition behind an index of its parent': {
    a: uniquePartition('CREATE UNIQUE INDEX pt1_a_key ON pt1 (a)'),
    b: uniquePartition('ALTER TABLE pt1 ADD CONSTRAINT pt1_a_key UNIQUE (a)'),
    changes: ['index'],
  },
  'an identity column of a partition alone': {
    a: IDENTITY,
    b: `${IDENTITY} ALTER TABLE pt1 ALTER a ADD GENERATED ALWAYS AS IDENTITY;`,
    changes: ['column'],
    on: 15,
  },
  'a multirange type in another schema than its range': {
    a: 'CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE TYPE s1.r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = s1.mr);',
    b: 'CREATE SCHEMA s1; CREATE SCHEMA s2; CREATE TABLE s2.x (); DROP TABLE s2.x; CREATE TYPE s1.r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = s2.mr);',
    changes: ['rangeType'],
  },
  'a privilege on a system column': {
    a: 'CREATE TABLE t (a int);',
    b: 'CREATE TABLE t (a int); GRANT SELECT (ctid) ON t TO pg_monitor;',
    changes: ['uncovered'],
  },
  'a privilege that two roles granted, and one of them revoked': {
    a: GRANTED_TWICE,
    b: `${GRANTED_TWICE} SET ROLE pg_monitor; REVOKE SELECT ON t FROM pg_read_all_data; RESET ROLE;`,
    changes: ['table'],
  },
  'a privilege that the owner of a system function lacks': {
    a: 'CREATE TABLE t (a int);',
    b: 'CREATE TABLE t (a int); REVOKE EXECUTE ON FUNCTION pg_stat_reset() FROM CURRENT_USER;',
    changes: ['uncovered'],
  },
  'a named operator class for every enum, if the enum has a default class of its own': {
    a: `${ENUM_CLASS} CREATE INDEX i ON t (c);`,
    b: `${ENUM_CLASS} CREATE INDEX i ON t (c enum_ops);`,
    changes: ['index'],
  },
  'a named operator class that is the default of the type': {
    a: 'CREATE TABLE t (s text, b varchar(5), c int, d inet); CREATE INDEX i ON t (s, b, c, (lower(s))); CREATE INDEX j ON t USING gist (d inet_ops);',
    b: `CREATE TABLE t (s text COLLATE "default", b varchar(5), c int, d inet);
      CREATE INDEX i ON t (s COLLATE "default" text_ops ASC NULLS LAST, b text_ops, c int4_ops, (lower(s)) text_ops) WITH (deduplicate_items);
      ALTER INDEX i RESET (deduplicate_items);
      CREATE INDEX j ON t USING gist (d inet_ops);`,
    changes: [],
  },
  'an operator class that is not the default of the type': {
    a: 'CREATE TABLE t (s text); CREATE INDEX i ON t (s);',
    b: 'CREATE TABLE t (s text); CREATE INDEX i ON t (s text_pattern_ops);',
    changes: ['index'],
  },
  'properties of a column that are its defaults': {
    a: 'CREATE TABLE t (s text, b int);',
    b: `CREATE TABLE t (s text COLLATE "default", b int); ALTER TABLE t ALTER s SET STORAGE plain, ALTER s SET STORAGE extended,
      ALTER s SET STATISTICS 10, ALTER s SET STATISTICS -1, ALTER s SET COMPRESSION pglz, ALTER s SET COMPRESSION default,
      ALTER b SET (n_distinct = 5), ALTER b RESET (n_distinct);`,
    changes: [],
  },
  'the access method of a partitioned table, by name': {
    a: 'CREATE TABLE t (a int) PARTITION BY RANGE (a);',
    b: 'CREATE TABLE t (a int) PARTITION BY RANGE (a); ALTER TABLE t SET ACCESS METHOD heap;',
    changes: ['table'],
  },
  'a function for the subscripts of a base type': {
    a: BASE_TYPE,
    b: BASE_TYPE.replace(
      'LIKE = int4',
      'LIKE = int4, ELEMENT = int2, SUBSCRIPT = raw_array_subscript_handler',
    ),
    changes: ['uncovered'],
  },
  'an empty type and version of a foreign server': {
    a: 'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;',
    b: `CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE '' VERSION '' FOREIGN DATA WRAPPER w;`,
    changes: [],
  },
  'the privileges on public that version 14 gave it': {
    a: 'CREATE TABLE t (a int);',
    b: 'CREATE TABLE t (a int); ALTER SCHEMA public OWNER TO CURRENT_USER; GRANT CREATE ON SCHEMA public TO PUBLIC;',
    changes: [],
  },
  'the same with no object in public': {
    a: 'CREATE SCHEMA s; CREATE TABLE s.t (a int);',
    b: 'CREATE SCHEMA s; CREATE TABLE s.t (a int); ALTER SCHEMA public OWNER TO CURRENT_USER; GRANT CREATE ON SCHEMA public TO PUBLIC;',
    changes: [],
  },
  'a migration that lets every role create objects in public': {
    a: 'CREATE TABLE t (a int);',
    b: 'CREATE TABLE t (a int); GRANT CREATE ON SCHEMA public TO PUBLIC;',
    changes: ['namespace'],
  },
  'a first object in public, which becomes the first schema': {
    a: APP,
    b: `${APP} CREATE TABLE extra (a int, b int, m int, mood int);`,
    changes: ['namespace', 'table'],
  },
  'a table in a schema of an extension': {
    a: 'CREATE EXTENSION citext; CREATE SCHEMA s; ALTER EXTENSION citext ADD SCHEMA s; CREATE TABLE x (a int);',
    b: `CREATE EXTENSION citext; CREATE SCHEMA s; ALTER EXTENSION citext ADD SCHEMA s; CREATE TABLE x (a int);
      CREATE TABLE s.t (a int);`,
    changes: ['namespace', 'table'],
  },
};
