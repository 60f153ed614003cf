import { describe, expect, it } from 'vitest';
import { HISTORY_TABLES } from '#src/migrations/history-tables.js';
import { find, inProject, type Files } from '../project.js';
import { namesIn, noticesIn, scriptsIn } from './read.js';

const folderOf = (files: Files, folder?: string) => inProject(files, (dir) => find(dir, folder));

describe('settings of one migration reach the next, as on the one connection of', () => {
  const up = '-- +goose Up\nselect 1;';
  it.each([
    { tool: 'goose', files: { 'migrations/1_a.sql': up } },
    { tool: 'dbmate', files: { 'migrations/1_a.sql': '-- migrate:up\n-- migrate:down\n' } },
    { tool: 'sql-migrate', files: { 'migrations/1_a.sql': '-- +migrate Up\nselect 1;' } },
    {
      tool: 'sqlx',
      files: { 'Cargo.toml': '[dependencies]\nsqlx = "1"', 'migrations/1_a.sql': 'select 1' },
    },
    { tool: 'node-pg-migrate', files: { 'migrations/1_a.sql': '-- Up Migration\nselect 1;' } },
    {
      tool: 'drizzle',
      files: { 'migrations/1_a/migration.sql': 'select 1', 'migrations/1_a/snapshot.json': '{}' },
    },
  ])('$tool', async ({ tool, files }) => {
    expect(await folderOf(files)).toMatchObject({ layout: tool, session: 'keep' });
  });
});

describe('a down migration of comments only does not count with', () => {
  it.each([
    { 'migrations/1_a/up.sql': 'select 1', 'migrations/1_a/down.sql': '-- undo `up.sql` here\n' },
    { 'migrations/1_a.sql': '-- Up Migration\nselect 1;\n\n-- Down Migration\n' },
    { 'migrations/1_a.up.sql': 'select 1', 'migrations/1_a.down.sql': '' },
  ])('%o', async (files) => {
    expect((await folderOf(files)).migrations).toMatchObject([{ hasDown: false }]);
  });
});

describe('node-pg-migrate', () => {
  it('reads indented marks in either order', async () => {
    const text = '  -- Down Migration\nselect 2;\n\t--- UP  migration\nselect 1;';
    expect(await scriptsIn({ 'migrations/1_a.sql': text })).toEqual([
      [
        [true, '--- UP  migration\nselect 1;'],
        [true, '-- Down Migration\nselect 2;'],
      ],
    ]);
  });

  it('runs files without a number first, and says that a down section runs up', async () => {
    const files = {
      'migrations/2_b.sql': '-- Up Migration\nselect 2;',
      'migrations/init.sql': 'select 1;\n-- Down Migration\nselect 3;',
    };
    expect(await namesIn(files)).toEqual(['init', '2_b']);
    expect(await noticesIn(files)).toEqual([
      expect.stringContaining(
        'node-pg-migrate runs the whole file as the up migration, with the down section',
      ),
    ]);
  });
});

describe('goose', () => {
  const up = '-- +goose Up\nselect 1;';

  it('refuses the number 0, and mentions files without a number', async () => {
    await expect(namesIn({ 'migrations/0_a.sql': up })).rejects.toThrow('has the number 0');
    expect(await noticesIn({ 'migrations/1_a.sql': up, 'migrations/b.sql': 'select 1;' })).toEqual([
      expect.stringContaining('b.sql has no number'),
    ]);
  });

  it('needs a value for a variable with a message', async () => {
    const text = '-- +goose Up\n-- +goose ENVSUB ON\nselect ${A?must be set};';
    await expect(namesIn({ 'migrations/1_a.sql': text })).rejects.toThrow('${A?must be set} has no value');
  });
});

describe('sql-migrate', () => {
  it.each(['-- +migrate down', '--+migrate Down', ' -- +migrate Down'])(
    'would run what is below %s, so it is refused',
    async (mark) => {
      const text = `-- +migrate Up\nselect 1;\n${mark}\nselect 2;`;
      await expect(namesIn({ 'migrations/1.sql': text })).rejects.toMatchObject({ place: { line: 3 } });
    },
  );
});

describe('tern', () => {
  const conf = { 'tern.conf': '[database]\nversion_table = public.my_version\n' };
  const mark = '---- create above / drop below ----';

  it('finds the exact text of its mark anywhere, and refuses what is almost the mark', async () => {
    const files = { ...conf, 'migrations/001_a.sql': `select 1; ${mark} select 2;` };
    expect(await scriptsIn(files)).toEqual([
      [
        [true, 'select 1;'],
        [true, 'select 2;'],
      ],
    ]);
    const almost = `select 1;\n${mark.replace(' / ', '/')}\nselect 2;`;
    await expect(namesIn({ ...conf, 'migrations/001_a.sql': almost })).rejects.toMatchObject({
      message: expect.stringContaining('tern does not recognise') as string,
      place: { line: 2 },
    });
  });

  it('has a history table with one row', async () => {
    const { historyTables } = await folderOf({ ...conf, 'migrations/001_a.sql': 'select 1;' });
    expect(historyTables).toMatchObject([
      { table: 'my_version', schema: 'public', nameColumn: 'version', isCurrentOnly: true },
    ]);
  });
});

describe('Atlas', () => {
  const sum = { 'migrations/atlas.sum': 'h1:x\n' };

  it('splits at the delimiter of the first line', async () => {
    const text = '-- atlas:delimiter \\n\\n\nselect 1; select 2\n\nselect 3\n';
    expect(await scriptsIn({ ...sum, 'migrations/1_a.sql': text })).toEqual([
      [[true, 'select 1; select 2', 'select 3']],
    ]);
  });

  it('runs only the section migration.sql of an archive', async () => {
    const text =
      '-- atlas:txtar\n\n-- checks.sql --\nselect 1;\n-- migration.sql --\nselect 2;\n-- down.sql --\nselect 3;\n';
    expect(await scriptsIn({ ...sum, 'migrations/1_a.sql': text })).toEqual([[[true, 'select 2']]]);
  });
});

describe('graphile-migrate', () => {
  it('replaces the placeholders of .gmrc, and leaves other words alone', async () => {
    const files = {
      '.gmrc': '{ // comment\n "placeholders": { ":APP_ROLE": "web", ":SECRET": "!ENV" } }',
      'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:x\n\nselect ':APP_ROLE', '{"a":NULL}'::TEXT;`,
    };
    expect(await scriptsIn(files)).toEqual([[[true, `select 'web', '{"a":NULL}'::TEXT;`]]]);
    for (const name of [':SECRET', ':DATABASE_OWNER'])
      await expect(
        namesIn({ ...files, 'migrations/committed/000002.sql': `--! Previous: x\n\nselect '${name}';` }),
      ).rejects.toThrow(`the placeholder ${name}, whose value driftmark does not know`);
  });
});

describe('sqitch', () => {
  const at = '2026-01-01T12:00:00Z A Person <person@example.com>';
  const plan = { 'sqitch.plan': `%project=x\n\na ${at}\n` };

  it('passes variables to psql, and includes files', async () => {
    const files = {
      ...plan,
      'sqitch.conf': '[core]\n\tengine = pg\n[deploy "variables"]\n\tapp = web\n',
      'deploy/a.sql': "\\set other 'x'\n\\ir ../more.sql\nselect :'app', :'other', :'registry';",
      'more.sql': 'select 0;',
    };
    expect(await scriptsIn(files, 'deploy')).toEqual([[[false, 'select 0', "select 'web', 'x', 'sqitch'"]]]);
  });

  it.each(['\\if true', 'select 1 \\gset', '\\copy t from x', '\\connect other', '\\set a `date`', '\\! ls'])(
    'cannot run the psql command in %s',
    async (line) => {
      await expect(
        namesIn({ ...plan, 'deploy/a.sql': `select 1;\n${line}\n` }, 'deploy'),
      ).rejects.toMatchObject({
        code: 'migrations-invalid',
        place: { file: expect.stringContaining('a.sql') as string, line: 2 },
      });
    },
  );

  it('runs what stands behind a psql command in its line', async () => {
    const text = '\\echo one \\\\ select 1; \\set a 2 \\echo three\nselect :a;';
    expect(await scriptsIn({ ...plan, 'deploy/a.sql': text }, 'deploy')).toEqual([
      [[false, 'select 1', 'select 2']],
    ]);
  });
});

describe('folders with the same version are refused by', () => {
  it.each([
    { tool: 'Diesel', files: { 'diesel.toml': '' } },
    { tool: 'Hasura', files: { 'config.yaml': 'metadata_directory: metadata\n' } },
  ])('$tool', async ({ files }) => {
    const same = { 'migrations/1_a/up.sql': 'select 1;', 'migrations/1_b/up.sql': 'select 2;' };
    await expect(namesIn({ ...files, ...same })).rejects.toThrow('have the same version, 1');
  });
});

it('reads the data of COPY from files of Flyway and plain SQL', async () => {
  const text = "create table t();\ncopy t from stdin;\n1\tit's; a\n\\.\nselect 1;\n";
  for (const name of ['V1__a.sql', '1_a.sql']) {
    const { migrations } = await folderOf({ [`migrations/${name}`]: text });
    expect(migrations[0]?.up?.queries).toMatchObject([
      { text: 'create table t()' },
      { text: 'copy t from stdin', copyData: "1\tit's; a\n" },
      { text: 'select 1' },
    ]);
  }
});

it('runs a migration of Kysely once if the file that it was compiled to is beside it', async () => {
  const code = "import { sql } from 'kysely';\nexport async function up(db) {}\n";
  const files = { 'migrations/1_a.ts': code, 'migrations/1_a.js': code, 'migrations/1_a.d.ts': code };
  const { layout, migrations } = await folderOf(files);
  expect(layout).toBe('kysely');
  expect(migrations.map(({ file }) => file)).toEqual([expect.stringMatching(/1_a\.ts$/)]);
});

it('refuses SQL in the YAML of Hasura', async () => {
  const files = {
    'config.yaml': 'metadata_directory: metadata\n',
    'migrations/1_a/up.yaml': '- type: run_sql\n  args: { sql: select 1 }\n',
    'migrations/2_b/up.sql': 'select 2;',
  };
  await expect(namesIn(files)).rejects.toThrow('runs SQL in YAML');
});

describe('history tables', () => {
  it('of Drizzle name an entry by its time, or by its folder', async () => {
    const config = "export default { migrations: { table: 'log', schema: 'public' } };";
    const journal = JSON.stringify({ dialect: 'postgresql', entries: [{ tag: '0000_a', when: 17 }] });
    const [first] = (
      await folderOf({
        'drizzle.config.ts': config,
        'migrations/meta/_journal.json': journal,
        'migrations/0000_a.sql': 'select 1;',
      })
    ).historyTables;
    expect(first).toMatchObject({ table: 'log', schema: 'public', nameColumn: 'created_at' });
    expect([first?.nameOf?.({ name: '17' }), first?.nameOf?.({ name: '18' })]).toEqual(['0000_a', '18']);
  });

  it('of Liquibase name a change set by file, id and author', async () => {
    const [table] = (
      await folderOf({
        'migrations/1.sql': '--liquibase formatted sql\n--changeset me:one\nselect 1;\n',
      })
    ).historyTables;
    const row = { name: 'one', author: 'me', filename: 'db/migrations/1.sql' };
    expect(table?.nameOf?.(row)).toBe('1.sql::one::me');
    expect(table?.nameOf?.({ ...row, name: 'two' })).toBe('db/migrations/1.sql::two::me');
  });

  it('of Diesel and Atlas hold a part of the name', async () => {
    const diesel = await folderOf({
      'diesel.toml': '',
      'migrations/2026-01-02-030405_a_b/up.sql': 'select 1;',
    });
    expect(diesel.historyTables[0]?.nameOf?.({ name: '20260102030405' })).toBe('2026-01-02-030405_a_b');
    const atlas = await folderOf({ 'migrations/atlas.sum': '', 'migrations/v1_a.sql': 'select 1;' });
    expect(atlas.historyTables[0]?.nameOf?.({ name: 'v1' })).toBe('v1_a.sql');
  });

  it('of Flyway also have rows that are not migrations', () => {
    const flyway = HISTORY_TABLES.find(({ table }) => table === 'flyway_schema_history');
    const applied = ['SQL', 'SCHEMA', 'BASELINE', 'UNDO_SQL', 'SQL_BASELINE'].filter((type) =>
      flyway?.isApplied?.({ success: true, type }),
    );
    expect(applied).toEqual(['SQL', 'SQL_BASELINE']);
  });

  it.each([
    { files: { '.env': 'GOOSE_TABLE="meta.goose"\n', 'migrations/1_a.sql': '-- +goose Up\n' }, is: 'goose' },
    {
      files: {
        '.env': 'DBMATE_MIGRATIONS_TABLE=done\n',
        'migrations/1_a.sql': '-- migrate:up\n-- migrate:down',
      },
      is: 'done',
    },
    {
      files: {
        'sqlx.toml': '[migrate]\ntable-name = "meta.done"\n',
        'migrations/1_a.sql': 'select 1;',
      },
      is: 'done',
    },
    {
      files: { 'dbconfig.yml': 'dev:\n  table: done\n', 'migrations/1_a.sql': '-- +migrate Up\n' },
      is: 'done',
    },
    {
      files: {
        '.postgratorrc.json': '{ "schemaTable": "meta.done" }',
        'migrations/1.do.sql': 'select 1;',
      },
      is: 'done',
    },
  ])('with the name that $files chooses are read', async ({ files, is }) => {
    const { historyTables } = await folderOf(files);
    expect(historyTables).toMatchObject([{ table: is, nameColumn: expect.any(String) as string }]);
  });
});
