import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quoteLiteral } from '#src/postgres/quoting.js';
import { replay, type TestMigration } from '../support/replay.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { runsAll } from '../support/selection.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

const table = (n: number): TestMigration => ({
  up: `CREATE TABLE t${n.toString()} (id bigint PRIMARY KEY);`,
  down: `DROP TABLE t${n.toString()};`,
});
const tables = (count: number) => Array.from({ length: count }, (_, at) => table(at));
const withoutDown = ({ up }: TestMigration): TestMigration => ({ up });
const withNoOp = ({ up }: TestMigration): TestMigration => ({ up, down: 'SELECT 1;' });
const leavesIndex = (n: number): TestMigration => ({
  up: `ALTER TABLE t0 ADD c${n.toString()} integer; CREATE INDEX i${n.toString()} ON t0 (id);`,
  down: `ALTER TABLE t0 DROP c${n.toString()};`,
});
const names = (...numbers: number[]) => numbers.map((n) => String(n + 1).padStart(3, '0'));

describe('the cost of trying down migrations', () => {
  it('is one database if every down restores the schema', async () => {
    const { failed, databases, statements } = await replay(test.server, tables(6));
    expect({ failed, databases, statements }).toEqual({ failed: [], databases: 1, statements: 12 });
  });

  it('is one more replay for one failed down', async () => {
    const migrations = tables(8).with(4, leavesIndex(4));
    const { failed, databases, statements } = await replay(test.server, migrations);
    expect({ failed, databases }).toEqual({ failed: names(4), databases: 2 });
    // 8 ups with one statement more, 4 downs; then 4 ups and 4 downs.
    expect(statements).toBe(9 + 4 + 8);
  });

  it('is one more replay if every second migration lacks a down', async () => {
    const migrations = tables(20).map((one, at) => (at % 2 === 0 ? one : withoutDown(one)));
    const { failed, databases } = await replay(test.server, migrations);
    expect({ failed, databases }).toEqual({ failed: [], databases: 2 });
  });

  it('does not include a replay if only the newest migrations have a down', async () => {
    const migrations = tables(6).map((one, at) => (at < 3 ? withoutDown(one) : one));
    const { failed, databases } = await replay(test.server, migrations);
    expect({ failed, databases }).toEqual({ failed: [], databases: 1 });
  });

  it.runIf(runsAll)('is a few replays for many failed downs', async () => {
    const count = 40;
    const broken = [3, 9, 15, 16, 21, 27, 33, 36];
    const migrations = tables(count).map((one, at) => (broken.includes(at) ? leavesIndex(at) : one));
    const { failed, statements } = await replay(test.server, migrations);
    expect(failed).toEqual(names(...[...broken].reverse()));
    expect(statements).toBeLessThan(8 * count);
  });

  it('does not include a replay for downs that throw or do nothing', async () => {
    const migrations = tables(12).map((one, at) => (at % 3 === 1 ? withNoOp(one) : one));
    const { failed, databases } = await replay(test.server, [
      ...migrations,
      { up: 'SELECT 1;', down: 'fail;' },
    ]);
    expect(failed).toEqual(names(12, 10, 7, 4, 1));
    expect(databases).toBeLessThanOrEqual(3);
  });
});

describe('the result of a down migration', () => {
  it('lists the objects that are left behind and those that are missing', async () => {
    const { failedDowns } = await replay(test.server, [
      table(0),
      { up: 'ALTER TABLE t0 ADD c integer; CREATE INDEX i ON t0 (id);', down: 'SELECT 1;' },
      { up: 'DROP INDEX i;', down: 'SELECT 1;' },
    ]);
    expect(
      failedDowns.map(({ leftBehind }) =>
        leftBehind.map(({ type, identity }) => [type, ...identity].join(' ')),
      ),
    ).toEqual([['removed public t0 i'], ['added public t0 c', 'added public t0 i']]);
  });

  it('ignores the white space in the body of a function', async () => {
    const f = (body: string) => `CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS '${body}';`;
    const { failed } = await replay(test.server, [
      { up: f('SELECT 1'), down: 'DROP FUNCTION f();' },
      { up: f('SELECT 2'), down: f('\n  SELECT   1') },
      { up: f('SELECT 3'), down: f('SELECT 22') },
      { up: f("SELECT length(''a b'')"), down: f('SELECT 22') },
      { up: 'SELECT 1;', down: f("SELECT length(''a b'')") },
      { up: f("SELECT length(''a  b'')"), down: f("SELECT length(''ab'')") },
    ]);
    expect(failed).toEqual(names(5, 3, 2));
  });

  it('ignores a default that a migration computes when it runs', async () => {
    const { failed } = await replay(test.server, [
      {
        up: `CREATE TABLE logs (id int PRIMARY KEY, made timestamptz DEFAULT 'now');`,
        down: 'DROP TABLE logs;',
      },
      ...tables(5),
      { up: 'DROP TABLE t1;', down: 'SELECT 1;' },
    ]);
    expect(failed).toEqual(names(6));
    const volatile = {
      up: `DO $$ BEGIN EXECUTE format('CREATE TABLE r (c uuid DEFAULT %L)', gen_random_uuid()); END $$;`,
      down: 'DROP TABLE r;',
    };
    const again = await replay(test.server, [volatile, withNoOp(table(0)), table(1), withNoOp(table(2))]);
    expect(again.failed).toEqual(names(3, 1));
  });

  it('does not depend on rows that were lost when a migration ran down and up again', async () => {
    const { failed } = await replay(test.server, [
      { up: 'CREATE TABLE p (name text); INSERT INTO p VALUES (1);', down: 'DROP TABLE p;' },
      {
        up: 'ALTER TABLE p ADD full_name text; UPDATE p SET full_name = name; ALTER TABLE p DROP name;',
        down: 'ALTER TABLE p ADD name text; ALTER TABLE p DROP full_name;',
      },
      {
        up: 'ALTER TABLE p ALTER full_name SET NOT NULL;',
        down: 'ALTER TABLE p ALTER full_name DROP NOT NULL;',
      },
      withoutDown(table(0)),
      table(1),
    ]);
    expect(failed).toEqual([]);
  });

  it('is reported only for the newest failed down in the backstage format', async () => {
    const migrations = tables(4).map(withNoOp);
    expect((await replay(test.server, migrations, { format: 'backstage' })).failed).toEqual(names(3));
  });
});

describe('a change of the cluster by a migration', () => {
  const role: TestMigration = {
    up: `CREATE ROLE app_reader; ALTER ROLE app_reader SET work_mem = '8MB'; GRANT pg_monitor TO app_reader;
      GRANT SET ON PARAMETER work_mem TO app_reader; GRANT CONNECT ON DATABASE postgres TO app_reader;
      GRANT CREATE ON TABLESPACE pg_default TO app_reader; REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
      CREATE TABLE a (id int); GRANT SELECT ON a TO app_reader;`,
    down: `DROP TABLE a; REVOKE ALL ON PARAMETER work_mem FROM app_reader; REVOKE ALL ON DATABASE postgres FROM app_reader;
      REVOKE ALL ON TABLESPACE pg_default FROM app_reader; GRANT CONNECT ON DATABASE postgres TO PUBLIC; DROP ROLE app_reader;`,
  };
  const database: TestMigration = { up: 'CREATE DATABASE app_other', down: 'DROP DATABASE app_other' };

  it('is undone before the next database', async () => {
    const before = await test.server.clusterState();
    for (const migrations of [
      [role, table(1)],
      [role, withoutDown(table(1)), withNoOp(table(2)), table(3)],
      [database, withNoOp(table(2)), table(3)],
      [withoutDown(database)],
      [
        role,
        {
          up: `ALTER ROLE app_reader SET search_path = a, "b c"; ALTER ROLE app_reader CREATEDB;`,
          down: 'fail',
        },
      ],
    ]) {
      const { notices } = await replay(test.server, migrations);
      expect(notices).toEqual([]);
    }
    expect(await test.server.clusterState()).toEqual(before);
  });
});

describe('a long history that is replayed in parts in parallel', () => {
  const broken = tables(42).map((one, at) => ([7, 8, 25].includes(at) ? leavesIndex(at) : one));
  const random = "CREATE TABLE computed (at double precision DEFAULT '%');";

  it('gives the same schemas and failed downs as a replay as a whole', async () => {
    const [parts, whole] = [
      await replay(test.server, broken, { isAlone: true }),
      await replay(test.server, broken),
    ];
    expect(parts.failed).toEqual(names(25, 8, 7));
    expect(parts.failedDowns).toEqual(whole.failedDowns);
    expect(parts.snapshots).toEqual(whole.snapshots);
    expect(parts.schema).toEqual(whole.schema);
  });

  it.runIf(runsAll)('is replayed as a whole if the parts do not fit together', async () => {
    const computed = {
      up: `DO $$ BEGIN EXECUTE replace(${quoteLiteral(random)}, '%', random()::text); END $$`,
      down: 'DROP TABLE computed;',
    };
    const migrations = tables(42).with(3, computed).with(25, leavesIndex(25));
    const { failed, databases } = await replay(test.server, migrations, { isAlone: true });
    expect(failed).toEqual(names(25));
    expect(databases).toBeGreaterThan(2);
  });

  it('reports a migration that fails', async () => {
    const migrations = broken.with(30, { up: 'SELECT broken;', down: 'SELECT 1;' });
    await expect(replay(test.server, migrations, { isAlone: true })).rejects.toThrow(/031.*broken/s);
  });

  it.each([
    ['creates a role', 'CREATE ROLE parts_role; DROP ROLE parts_role;'],
    ['changes the server', "DO $$ BEGIN PERFORM set_config('x.system', 'y', false); END $$;"],
  ])('is replayed as a whole if a migration %s', async (_, up) => {
    const { databases } = await replay(test.server, tables(41).concat({ up, down: 'SELECT 1;' }), {
      isAlone: true,
    });
    expect(databases).toBe(1);
  });
});
