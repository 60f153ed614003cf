import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { find, foundIn, inProject, runAll, type Files } from './project.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

const sql = (files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`migrations/${name}.sql`, text]));

describe('the migrations of a folder of SQL files are', () => {
  it.each([
    {
      which: 'ordered by number, then by name',
      files: { '2_b': '', '10_a': '', '1_C': '', '1_b': '' },
      expected: ['1_C.sql', '1_b.sql', '2_b.sql', '10_a.sql'],
    },
    {
      which: 'ordered by the parts of a version',
      files: { V1_10__c: '', V1_2__b: '', V1_2_1__a: '' },
      expected: ['V1_2__b.sql', 'V1_2_1__a.sql', 'V1_10__c.sql'],
    },
    {
      which: 'ordered by name, if a file has no number',
      files: { '9_a': '', '10_b': '', start: '' },
      expected: ['10_b.sql', '9_a.sql', 'start.sql'],
    },
    {
      which: 'not down files alone',
      files: { '1_a': '', '2_b.down': '' },
      expected: ['1_a.sql'],
    },
    {
      which: 'pairs with dashes and underscores, if there is a pair',
      files: { '1_a-up': '', '1_a-down': '', '2_b_down': '', '2_b_up': '' },
      expected: ['1_a-up.sql', '2_b_up.sql'],
    },
    {
      which: 'files whose names end with up or down, without a pair',
      files: { '1_scale_up': '', '2_shut_down': '' },
      expected: ['1_scale_up.sql', '2_shut_down.sql'],
    },
    {
      which: 'not files whose names end with another word for down',
      files: { '1_a': '', '1_a.rollback': '', '2_b.do': '', '2_b.undo': '', '3_c.revert': '' },
      expected: ['1_a.sql', '2_b.do.sql'],
    },
    {
      which: 'not files with a word for down and the number of another file',
      files: { '1_a': '', '1_rollback': '', '2_b': '', '2_drop_b_undo': '', '3_shut_down': '' },
      expected: ['1_a.sql', '2_b.sql', '3_shut_down.sql'],
    },
    {
      which: 'pairs whose names are in capitals',
      files: { '1_A.UP': '', '1_A.DOWN': '', '2_b_Up': '', '2_b_Down': '' },
      expected: ['1_A.UP.sql', '2_b_Up.sql'],
    },
    {
      which: 'pairs of files, as one migration each',
      files: { '1_a.up': '', '1_a.down': '', '2_b': '', '2_b.down': '' },
      expected: ['1_a.up.sql', '2_b.sql'],
    },
  ])('$which', async ({ files, expected }) => {
    expect(await foundIn(sql(files))).toEqual(expected);
  });

  it('of a folder may end with SQL in capitals', async () => {
    const files = { 'migrations/1_a.sql': '', 'migrations/2_B.SQL': '', 'migrations/2_B_DOWN.SQL': '' };
    expect(await foundIn(files)).toEqual(['1_a.sql', '2_B.SQL']);
  });

  it.each([
    {
      which: 'a migration in two files',
      files: { '1_a': '', '1_a.up': '' },
      message: /1_a\.(up\.)?sql and 1_a\.(up\.)?sql are the same migration/,
    },
  ])('rejected: $which', async ({ files, message }) => {
    expect(await foundIn(sql(files))).toMatchObject({
      code: 'migrations-invalid',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each([
    {
      files: { '10_b': '', '9_a': '' },
      notice: '9_a.sql runs before 10_b.sql: migrations run in order of number',
    },
    {
      files: { '10_b': '', '9_a': '', c: '' },
      notice: '10_b.sql runs before 9_a.sql: migrations run in order of name',
    },
    { files: { '1_a': '', 'more/b': '' }, notice: 'more are not run' },
    { files: { '1_a': '', '2_b.down': '' }, notice: '2_b.down.sql has no up file, so it is not run.' },
  ])('listed with the notice $notice', async ({ files, notice }) => {
    await inProject(sql(files), async (dir) => {
      expect((await find(dir)).notices).toEqual([expect.stringContaining(notice)]);
    });
  });

  it('paired by number, if the names of the files differ', async () => {
    await inProject(sql({ '3_add_x.up': '', '3_drop_x.down': 'select 1' }), async (dir) => {
      const { migrations, notices } = await find(dir);
      expect(migrations.map(({ name, hasDown }) => ({ name, hasDown }))).toEqual([
        { name: '3_add_x.up.sql', hasDown: true },
      ]);
      expect(notices).toEqual([]);
    });
  });
});

describe('an SQL file runs', () => {
  it.each([
    { which: 'with a byte order mark', text: '\ufeffcreate table made (id int);' },
    { which: 'with CRLF', text: 'create table made (\r\n  id int -- a comment\r\n);\r\n' },
    {
      which: 'with dollar quotes',
      text: `do $body$ begin execute $$create table made (id int)$$; end; $body$;`,
    },
    {
      which: 'with semicolons in strings and comments',
      text: `/* ; /* nested; */ */ create table made (id int); comment on table made is 'a;b'; -- ;`,
    },
    {
      which: 'with the body of an SQL function',
      text: `create table made (id int); create function f() returns int language sql begin atomic select 1; select 2; end;`,
    },
    {
      which: 'outside a transaction, with a comment that asks for it',
      text: `-- driftmark: no-transaction\ncreate table made (id int);\ncreate index concurrently on made (id);`,
    },
  ])('$which', async ({ text }) => {
    const { error, tables } = await runAll(test.server, sql({ '1_a': text }));
    expect(error).toBeUndefined();
    expect(tables).toContain('made');
  });

  it('with a lock timeout', async () => {
    const text = `create table told (what text); insert into told select current_setting('lock_timeout');`;
    expect(await runAll(test.server, sql({ '1_a': text }))).toMatchObject({ told: ['30s'] });
  });

  it('up, and then its pair down', async () => {
    const files = sql({
      '1_a.up': 'create table a ();',
      '1_a.down': 'drop table a;',
      '2_b.up': 'create table b ();',
      '2_b.down': 'drop table b;',
    });
    expect(await runAll(test.server, files)).toMatchObject({ tables: ['a', 'b'] });
    expect(await runAll(test.server, files, { down: true })).toMatchObject({ tables: [] });
  });
});

describe('the error of an SQL file', () => {
  it('has the file, line and column, and all details of PostgreSQL', async () => {
    const text = `create table t (id int);\n\ninsert into t values (1);\nselect 'ü', idd\n  from t;\n`;
    const { error, tables } = await runAll(test.server, sql({ '1_a': text }));
    expect(error?.message).toBe('migration 1_a.sql failed (up): column "idd" does not exist');
    expect(error?.place).toMatchObject({
      file: expect.stringMatching(/1_a\.sql$/) as string,
      line: 4,
      column: 13,
    });
    expect(error?.details).toEqual([
      { label: 'statement', text: '3 of 3' },
      {
        label: 'source',
        text: "2 |\n3 | insert into t values (1);\n4 | select 'ü', idd\n  |             ^",
        isVerbatim: true,
      },
      { label: 'hint', text: expect.stringContaining('t.id') as string },
      { label: 'SQLSTATE', text: '42703' },
    ]);
    expect(tables, 'the file ran in a transaction').toEqual([]);
  });

  it('has the detail', async () => {
    const { error } = await runAll(
      test.server,
      sql({ '1_a': 'create table t (id int primary key); insert into t values (1), (1);' }),
    );
    expect(error?.details).toContainEqual({ label: 'detail', text: 'Key (id)=(1) already exists.' });
  });

  it.each([
    {
      which: 'has the comment to add, if a statement cannot run in a transaction',
      text: 'create table t (id int); create index concurrently on t (id);',
      message: 'cannot run inside a transaction block',
      remedy: '-- driftmark: no-transaction',
    },
    {
      which: 'names a psql command',
      text: 'select 1;\n\\connect other\n',
      message: '\\connect is a psql command',
      remedy: 'as SQL, or remove the line',
    },
  ])('$which', async ({ text, message, remedy }) => {
    const { error } = await runAll(test.server, sql({ '1_a': text }));
    expect(error?.message).toContain(message);
    expect(error?.remedy).toContain(remedy);
  });
});
