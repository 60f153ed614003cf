import { describe, expect, it } from 'vitest';
import { find, inProject } from '../project.js';
import { namesIn, noticesIn, scriptsIn } from './read.js';

describe('Flyway', () => {
  const sql = 'SELECT 1;';

  it('compares versions part by part, runs repeatable migrations last, and pairs undo files', async () => {
    const files = {
      'migrations/V1_10__c.sql': sql,
      'migrations/V1_2__b.sql': sql,
      'migrations/V1.0__a.sql': sql,
      'migrations/more/V2__d.sql': sql,
      'migrations/R__views.sql': sql,
      'migrations/R__a_functions.sql': sql,
      'migrations/U2__d.sql': sql,
    };
    expect(await namesIn(files)).toEqual([
      'V1.0__a.sql',
      'V1_2__b.sql',
      'V1_10__c.sql',
      'more/V2__d.sql',
      'R__a_functions.sql',
      'R__views.sql',
    ]);
    const downs = await inProject(files, async (dir) =>
      (await find(dir)).migrations.filter(({ hasDown }) => hasDown).map(({ name }) => name),
    );
    expect(downs).toEqual(['more/V2__d.sql']);
  });

  it('begins at the highest baseline', async () => {
    const files = {
      'migrations/V1__a.sql': sql,
      'migrations/V2__b.sql': sql,
      'migrations/B1__base.sql': sql,
    };
    expect(await namesIn(files)).toEqual(['B1__base.sql', 'V2__b.sql']);
    expect(await noticesIn(files)).toEqual([
      'Flyway begins a new database at B1__base.sql: 1 older migration does not run.',
    ]);
  });

  it('replaces placeholders everywhere, and names one without a value', async () => {
    const files = {
      'flyway.conf': 'flyway.placeholders.Schema=app\n',
      'migrations/V1__a.sql': "CREATE SCHEMA ${schema}; SELECT '${SCHEMA}';",
    };
    expect(await scriptsIn(files)).toEqual([[[true, 'CREATE SCHEMA app', "SELECT 'app'"]]]);
    await expect(namesIn({ 'migrations/V1__a.sql': '\n-- ${owner}\nSELECT 1;' })).rejects.toMatchObject({
      message: expect.stringContaining('the placeholder ${owner} has no value') as string,
      place: { line: 2 },
    });
  });

  it('runs a file without a transaction if a statement cannot run in one, and refuses a mix', async () => {
    const index = 'CREATE INDEX CONCURRENTLY i ON t (a)';
    expect(await scriptsIn({ 'migrations/V1__a.sql': `${index};` })).toEqual([[[false, index]]]);
    await expect(namesIn({ 'migrations/V1__a.sql': `SELECT 1; ${index};` })).rejects.toThrow(
      'mixes statements',
    );
    expect(
      await scriptsIn({
        'migrations/V1__a.sql': `SELECT 1; ${index};`,
        'migrations/V1__a.sql.conf': 'executeInTransaction=false\n',
      }),
    ).toEqual([[[false, 'SELECT 1', index]]]);
  });

  it('refuses equal versions and migrations in Java, and mentions callbacks', async () => {
    await expect(namesIn({ 'migrations/V1__a.sql': sql, 'migrations/V1_0__b.sql': sql })).rejects.toThrow(
      'have the same version',
    );
    await expect(namesIn({ 'migrations/V1__a.sql': sql, 'migrations/V2__b.java': '' })).rejects.toThrow(
      'V2__b.java is a migration in code',
    );
    expect(await noticesIn({ 'migrations/V1__a.sql': sql, 'migrations/afterMigrate.sql': sql })).toEqual([
      'afterMigrate.sql is a callback of Flyway, which driftmark does not run. If it changes the schema, set `setup` in the config.',
    ]);
  });
});

describe('sqlx', () => {
  const cargo = { 'Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' };

  it('opts out of the transaction only with an exact first line', async () => {
    expect(
      await scriptsIn({
        ...cargo,
        'migrations/10_b.sql': '-- no-transaction\nSELECT 2',
        'migrations/9_a.sql': '--no-transaction\nSELECT 1',
      }),
    ).toEqual([[[true, '--no-transaction\nSELECT 1']], [[false, '-- no-transaction\nSELECT 2']]]);
  });

  it('refuses a file whose name does not begin with a number', async () => {
    await expect(
      namesIn({ ...cargo, 'migrations/1_a.sql': 'SELECT 1', 'migrations/x_b.sql': 'SELECT 1' }),
    ).rejects.toThrow('x_b.sql does not begin with a number');
  });
});

describe('Diesel', () => {
  const config = { 'diesel.toml': '' };

  it('orders folders by version as text and reads metadata.toml', async () => {
    expect(
      await scriptsIn({
        ...config,
        'migrations/2024-01-02-000000_b/up.sql': 'SELECT 2',
        'migrations/2024-01-02-000000_b/metadata.toml': 'run_in_transaction = false',
        'migrations/2024-01-01-000000_a/up.sql': 'SELECT 1',
        'migrations/2024-01-01-000000_a/down.sql': 'SELECT -1',
      }),
    ).toEqual([
      [
        [true, 'SELECT 1'],
        [true, 'SELECT -1'],
      ],
      [[false, 'SELECT 2']],
    ]);
  });

  it('takes an empty down.sql for a migration without a down', async () => {
    const files = { ...config, 'migrations/1_a/up.sql': 'SELECT 1', 'migrations/1_a/down.sql': '' };
    expect(await scriptsIn(files)).toEqual([[[true, 'SELECT 1']]]);
  });

  it('refuses an empty up.sql and a folder without up.sql', async () => {
    const first = { ...config, 'migrations/1_a/up.sql': 'SELECT 1' };
    await expect(namesIn({ ...first, 'migrations/2_b/up.sql': '' })).rejects.toThrow('is empty');
    await expect(namesIn({ ...first, 'migrations/2_b/down.sql': 'SELECT 1' })).rejects.toThrow(
      'does not exist',
    );
  });
});

describe('dbmate', () => {
  it('says that a mark is indented', async () => {
    const sql = '-- migrate:up\nALTER TABLE a ADD b int\n    -- migrate:down\n    DROP b;\n';
    await expect(namesIn({ 'migrations/1_a.sql': sql })).rejects.toMatchObject({
      place: { line: 3 },
      message: expect.stringContaining('has an indented line `-- migrate:down`') as string,
    });
  });
});

describe('sql-migrate', () => {
  it('splits by line, and keeps a body together between its marks', async () => {
    const up =
      '-- +migrate Up notransaction\nSELECT 1; SELECT 2;\n-- a comment\n-- +migrate StatementBegin\nSELECT 3;\nSELECT 4;\n-- +migrate StatementEnd\n';
    expect(await scriptsIn({ 'migrations/1.sql': `${up}-- +migrate Down\nSELECT 5;\n` })).toEqual([
      [
        [false, 'SELECT 1; SELECT 2;', 'SELECT 3;\nSELECT 4;'],
        [true, 'SELECT 5;'],
      ],
    ]);
  });

  it('refuses an unfinished statement with its line', async () => {
    await expect(
      namesIn({ 'migrations/1.sql': '-- +migrate Up\nSELECT 1;\nSELECT 2\n' }),
    ).rejects.toMatchObject({ place: { line: 3 } });
  });
});

describe('tern', () => {
  it('refuses gaps and templates', async () => {
    const conf = { 'migrations/tern.conf': '[database]\n', 'migrations/001_a.sql': 'SELECT 1;' };
    await expect(namesIn({ ...conf, 'migrations/003_c.sql': 'SELECT 1;' })).rejects.toThrow(
      'should have the number 2',
    );
    await expect(namesIn({ ...conf, 'migrations/002_b.sql': 'SELECT {{ .x }};' })).rejects.toThrow(
      'templates',
    );
  });
});

describe('Atlas', () => {
  it('begins at the newest checkpoint', async () => {
    const files = {
      'migrations/atlas.sum': 'h1:x\n',
      'migrations/1_a.sql': 'SELECT 1;',
      'migrations/2_checkpoint.sql': '-- atlas:checkpoint\n\nSELECT 2;',
      'migrations/3_b.sql': 'SELECT 3;',
    };
    expect(await namesIn(files)).toEqual(['2_checkpoint.sql', '3_b.sql']);
    expect(await noticesIn(files)).toEqual([
      'Atlas begins a new database at the checkpoint 2_checkpoint.sql: the 1 files before it do not run.',
    ]);
  });
});

describe('sqitch', () => {
  it('uses the earlier scripts of a reworked change', async () => {
    const at = '2026-01-01T12:00:00Z A Person <person@example.com>';
    const files = {
      'sqitch.plan': `%project=x\n\na ${at} # note\n@v1 ${at}\na [a@v1] ${at} # again\n`,
      'deploy/a.sql': 'SELECT 2;',
      'deploy/a@v1.sql': 'SELECT 1;',
      'revert/a.sql': 'SELECT -2;',
    };
    expect(await namesIn(files, 'deploy')).toEqual(['a@v1', 'a']);
  });
});
