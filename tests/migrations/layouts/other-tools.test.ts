import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMigrations } from '#src/migrations/migrations.js';
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

  it('looks behind comments for a statement that cannot run in a transaction', async () => {
    const index = '-- slow\n/* on purpose */\nCREATE INDEX CONCURRENTLY i ON t (a)';
    expect(await scriptsIn({ 'migrations/V1__a.sql': `${index};` })).toEqual([[[false, index]]]);
    const supabase = { 'supabase/migrations/1_a.sql': `${index};` };
    expect(await scriptsIn(supabase, 'supabase/migrations')).toEqual([[[false, index]]]);
  });

  it('accepts a name without a description, and orders repeatable migrations by the words of their descriptions', async () => {
    expect(
      await namesIn({
        'migrations/V1__a.sql': sql,
        'migrations/V2.sql': sql,
        'migrations/v3__c.sql': sql,
        'migrations/V4a__d.sql': sql,
        'migrations/R__aB.sql': sql,
        'migrations/R__a_c.sql': sql,
      }),
    ).toEqual(['V1__a.sql', 'V2.sql', 'R__a_c.sql', 'R__aB.sql']);
  });

  it('reads prefixes, separator, suffixes, schemas, table and locations from the configuration', async () => {
    const files = {
      'flyway.conf': [
        'flyway.sqlMigrationPrefix=M',
        'flyway.sqlMigrationSeparator=-',
        'flyway.sqlMigrationSuffixes=.sql,.ddl',
        'flyway.schemas=app,audit',
        'flyway.table=history',
        'flyway.locations=filesystem:migrations/pg,filesystem:more',
      ].join('\n'),
      'migrations/pg/M2-b.sql': sql,
      'migrations/h2/M1-a.sql': sql,
      'migrations/pg/V1__x.sql': sql,
      'more/M1-a.ddl': sql,
    };
    await inProject(files, async (dir) => {
      const folder = await findMigrations(path.join(dir, 'migrations'), {
        projectDir: dir,
        layout: 'flyway',
      });
      expect(folder.migrations.map(({ name }) => name)).toEqual(['M1-a.ddl', 'M2-b.sql']);
      expect(folder.ownSchemas).toEqual(['app', 'audit']);
      expect(folder.historyTables).toMatchObject([{ table: 'history', nameColumn: 'script' }]);
    });
  });

  it("takes Spring's settings for all profiles, and the default of an environment variable", async () => {
    const yaml = `spring:
  flyway:
    default-schema: app
    placeholders:
      the-owner: \${DB_OWNER:web}
      other: \${DB_OTHER}
---
spring:
  config.activate.on-profile: prod
  flyway:
    default-schema: prod
`;
    const files = {
      'src/main/resources/application.yml': yaml,
      'src/main/resources/db/migration/V1__a.sql': "SELECT '${the-owner}', '${flyway:defaultSchema}';",
    };
    const folder = 'src/main/resources/db/migration';
    expect(await scriptsIn(files, folder)).toEqual([[[true, "SELECT 'web', 'app'"]]]);
    const other = { ...files, [`${folder}/V2__b.sql`]: "SELECT '${other}'" };
    await expect(namesIn(other, folder)).rejects.toThrow('the placeholder ${other} has no value');
  });

  it('leaves out a file whose .conf says so, and mentions it', async () => {
    const files = {
      'migrations/V1__a.sql': sql,
      'migrations/V2__b.sql': sql,
      'migrations/V2__b.sql.conf': 'shouldExecute=false',
    };
    expect(await namesIn(files)).toEqual(['V1__a.sql']);
    expect(await noticesIn(files)).toEqual([expect.stringContaining('V2__b.sql is not run')]);
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
