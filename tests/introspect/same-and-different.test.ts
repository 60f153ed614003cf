import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { languageTag } from '#src/introspect/kinds/types.js';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import type { ScratchServer } from '#src/scratch/types.js';
import { readAddress } from '../support/live-read.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';
import { sharedServerOf } from '../support/shared-server.js';
import type { PostgresMajor } from '../support/postgres-versions.js';

interface Pair {
  readonly a: string;
  readonly b: string;
  /** Kinds of the changes from one to the other; none if both are the same. */
  readonly changes: readonly string[];
  readonly on?: PostgresMajor;
}

const BASE_TYPE = `CREATE TYPE bt;
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

const PAIRS: Readonly<Record<string, Pair>> = {
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
  'a table in a schema of an extension': {
    a: 'CREATE EXTENSION citext; CREATE SCHEMA s; ALTER EXTENSION citext ADD SCHEMA s; CREATE TABLE x (a int);',
    b: `CREATE EXTENSION citext; CREATE SCHEMA s; ALTER EXTENSION citext ADD SCHEMA s; CREATE TABLE x (a int);
      CREATE TABLE s.t (a int);`,
    changes: ['namespace', 'table'],
  },
};

async function onServer<T>(major: PostgresMajor, use: (server: ScratchServer) => Promise<T>) {
  const found = await sharedServerOf(major);
  if (found.unavailable !== undefined) return found;
  try {
    return await use(found.server);
  } finally {
    await found.stop();
  }
}

const readMadeBy = (server: ScratchServer, sql: string) =>
  onDatabase(server, async (client) => {
    await client.query(sql);
    return readAll(client);
  });

describe('two databases', () => {
  it.each(Object.entries(PAIRS))('%s', async (_name, { a, b, changes, on = 18 }) => {
    await onServer(on, async (server) => {
      const [from, to] = [await readMadeBy(server, a), await readMadeBy(server, b)];
      expect(
        compare({ from, to })
          .map(({ kind }) => kind)
          .sort(),
      ).toEqual(changes);
      for (const schema of [from, to]) expect(parse(render(asReport(schema)))).toEqual(asReport(schema));
    });
  });

  it('what hangs on a table of an extension is in the schema as little as in the report', async () => {
    await onServer(18, async (server) => {
      const schema = await readMadeBy(
        server,
        `CREATE EXTENSION citext; CREATE TABLE exttab (a int); ALTER EXTENSION citext ADD TABLE exttab;
         CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
         CREATE TRIGGER xt BEFORE INSERT ON exttab FOR EACH ROW EXECUTE FUNCTION trg();
         CREATE POLICY xp ON exttab USING (true);
         CREATE RULE xr AS ON UPDATE TO exttab DO NOTHING`,
      );
      expect(parse(render(asReport(schema)))).toEqual(asReport(schema));
    });
  });

  it('the hash does not contain the owner of most objects', async () => {
    await onServer(18, async (server) => {
      const ofRole = (role: string) =>
        onDatabase(server, async (client: Client) => {
          await client.query(`CREATE OPERATOR FAMILY of1 USING btree; CREATE TABLE t (a int); CREATE TABLE t2 (a int);
            CREATE CONVERSION cv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8; ${BASE_TYPE}`);
          await client.query(`GRANT CREATE ON SCHEMA public TO ${role}; ALTER OPERATOR FAMILY of1 USING btree OWNER TO ${role};
            ALTER CONVERSION cv OWNER TO ${role}; ALTER TYPE bt OWNER TO ${role}; ALTER TABLE t OWNER TO ${role};
            ALTER TABLE t2 OWNER TO ${role}; ALTER FUNCTION bin(cstring) OWNER TO ${role}; ALTER FUNCTION bout(bt) OWNER TO ${role};
            REVOKE CREATE ON SCHEMA public FROM ${role}`);
          return readAll(client);
        });
      const from = await ofRole('pg_monitor');
      expect(from.objects.uncovered).toHaveLength(3);
      expect(compare({ from, to: await ofRole('pg_read_all_data') })).toEqual([]);
    });
  });
});

describe('a database of another encoding', () => {
  it.each([
    ['LATIN1', 'é', 'è'],
    ['EUC_JP', 'ひらがなひらがな', 'ひ'],
    ['UTF8', 'é\u0001\u0002', '\u0001'],
  ])('%s has the arguments of its triggers in the report', async (encoding, one, other) => {
    await onServer(18, async (server) => {
      const name = `encoded_${encoding.toLowerCase()}`;
      await onDatabase(server, async (admin) => {
        await admin.query(`CREATE DATABASE ${name} ENCODING '${encoding}' LOCALE 'C' TEMPLATE template0`);
        const { default: pg } = await import('pg');
        const { host, port, user } = admin;
        const client = new pg.Client({ host, port, ...(user !== undefined && { user }), database: name });
        await client.connect();
        try {
          await client.query(`CREATE TABLE t (a int);
            CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ begin return new; end $$;
            CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (new.a > 1) EXECUTE FUNCTION f('${one}', '', '${other}')`);
          const { objects } = await readAll(client);
          expect(objects.trigger[0]).toMatchObject({ when: '(new.a > 1)', arguments: [one, '', other] });
        } finally {
          await client.end();
          await admin.query(`DROP DATABASE ${name}`);
        }
      });
    });
  });
});

it('a SQL_ASCII database with bytes that are not UTF-8 is refused with a remedy', async () => {
  await onServer(18, async (server) => {
    await onDatabase(server, async (admin) => {
      await admin.query(`CREATE DATABASE unchecked ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0`);
      const { host, port, user = '' } = admin;
      const url = `postgres://${user}@/unchecked?host=${encodeURIComponent(host)}&port=${port}`;
      const { default: pg } = await import('pg');
      const client = new pg.Client({ host, port, user, database: 'unchecked' });
      await client.connect();
      await client.query(String.raw`CREATE TABLE t (a int); COMMENT ON TABLE t IS E'caf\351'`);
      await client.end();
      try {
        const failure: unknown = await readAddress(url, { retries: 0 }).catch((error: unknown) => error);
        expect(failure).toMatchObject({ remedy: expect.stringContaining('SQL_ASCII') as unknown });
      } finally {
        await admin.query('DROP DATABASE unchecked');
      }
    });
  });
});

it.each([
  ['de_DE', 'de-DE'],
  ['en_US.utf8', 'en-US'],
  ['de-u-co-phonebk', 'de-u-co-phonebk'],
  ['und', 'und'],
  ['de@collation=phonebook', 'de@collation=phonebook'],
  ['!', '!'],
])('an ICU locale %s reads %s', (locale, tag) => {
  expect(languageTag(locale)).toBe(tag);
});

it('every extension of the server can be read twice with the same result', async () => {
  await onServer(18, async (server) => {
    await onDatabase(server, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        'SELECT name FROM pg_available_extensions ORDER BY 1',
      );
      const refused: string[] = [];
      for (const { name } of rows)
        await client
          .query(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`)
          .catch(() => refused.push(name));
      const schema = await readAll(client);
      expect(schema.objects.extension.map(({ name }) => name)).toContain('intarray');
      expect(parse(render(asReport(schema)))).toEqual(asReport(schema));
      expect(compare({ from: schema, to: await readAll(client) })).toEqual([]);
      expect(refused.filter((name) => !/^(pl|.*_pl|.*plpython)/.test(name))).toEqual([]);
    });
  });
});

it('an implicit cast from bigint to text is read', async () => {
  await onServer(18, async (server) => {
    const { objects } = await readMadeBy(
      server,
      'CREATE CAST (bigint AS text) WITH INOUT AS IMPLICIT; CREATE TABLE t (a int)',
    );
    expect(objects.cast).toEqual([
      { source: 'bigint', target: 'text', method: 'inout', context: 'implicit' },
    ]);
  });
});
