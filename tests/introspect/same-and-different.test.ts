import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { languageTag } from '#src/introspect/icu-locale.js';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { undoChanges } from '#src/schema/undo-changes.js';
import type { ScratchServer } from '#src/scratch/types.js';
import { readAddress } from '../support/live-read.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';
import { sharedServerOf } from '../support/shared-server.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { BASE_TYPE, PAIRS } from './pairs.js';

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

const PARTITIONED = `CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
  CREATE TABLE pt (a int PRIMARY KEY GENERATED ALWAYS AS IDENTITY, b text) PARTITION BY RANGE (a);
  CREATE INDEX pt_b ON pt (lower(b)) WHERE a > 1;
  CREATE TABLE pt1 PARTITION OF pt FOR VALUES FROM (0) TO (10);
  CREATE TRIGGER ptr AFTER INSERT ON pt FOR EACH ROW EXECUTE FUNCTION trg();
  CREATE VIEW v AS SELECT a FROM pt;`;

/** A property of an object that a report leaves out without it, and what changes. */
const OF_IMPLIED: Readonly<Record<string, readonly [sql: string, change: string]>> = {
  'the primary key of a partition': [
    `COMMENT ON CONSTRAINT pt1_pkey ON pt1 IS 'z'`,
    'changed index public.pt1.pt1_pkey constraintComment comments',
  ],
  'the index of a partition': [
    'ALTER INDEX pt1_lower_idx SET (fillfactor = 50)',
    'changed index public.pt1.pt1_lower_idx options physical',
  ],
  'the trigger of a partition': [
    'ALTER TABLE pt1 DISABLE TRIGGER ptr',
    'changed trigger public.pt1.ptr firing behaviour',
  ],
  'the column of a view': [`COMMENT ON COLUMN v.a IS 'x'`, 'changed column public.v.a comment comments'],
  'the column of a partition': [
    'GRANT SELECT (b) ON pt1 TO pg_monitor',
    'changed column public.pt1.b grants privileges',
  ],
  'the sequence of an identity column': [
    'GRANT USAGE ON SEQUENCE pt_a_seq TO pg_monitor',
    'changed sequence public.pt_a_seq grants privileges',
  ],
};

describe('a property of an object that a report leaves out', () => {
  it.each(Object.entries(OF_IMPLIED))('%s', async (_name, [sql, expected]) => {
    await onServer(18, async (server) => {
      const [from, to] = [
        await readMadeBy(server, PARTITIONED),
        await readMadeBy(server, `${PARTITIONED} ${sql}`),
      ];
      const changes = compare({ from, to });
      const told = changes.map(({ type, kind, identity, ...change }) =>
        [type, kind, identity.join('.'), 'fact' in change ? change.fact : '', change.class].join(' '),
      );
      expect(told).toEqual([expected]);
      expect(undoChanges(changes, { from, to })).toEqual(from);
      const back = compare({ from: to, to: from });
      expect(back.map(({ type }) => type)).toEqual(['changed']);
      expect(undoChanges(back, { from: to, to: from })).toEqual(to);
    });
  });
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
  ['de@collation=phonebook', 'de-u-co-phonebk'],
  ['en_US@collation=phonebook;colcasefirst=upper', 'en-US-u-co-phonebk-kf-upper'],
  ['en@colStrength=primary;colCaseLevel=yes', 'en-u-kc-true-ks-level1'],
  ['en@colAlternate=non-ignorable', 'en-u-ka-noignore'],
  ['en@colreorder=grek-digit', 'en-u-kr-grek-digit'],
  ['@collation=emoji', 'und-u-co-emoji'],
  ['en-us-U-KN-ks-level2', 'en-US-u-kn-true-ks-level2'],
  ['en-US-u-kn-true-ks-level2', 'en-US-u-kn-true-ks-level2'],
  ['fr_CA@x=y', 'fr-CA-x-y'],
  ['sr_RS@latin', 'sr-RS-latin'],
  ['C.UTF-8', 'en-US-u-va-posix'],
  ['en-US-u-va-posix', 'en-US-u-va-posix'],
  ['', 'und'],
  ['!', '!'],
])('an ICU locale %s reads %s', (locale, tag) => {
  expect(languageTag(locale)).toBe(tag);
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
