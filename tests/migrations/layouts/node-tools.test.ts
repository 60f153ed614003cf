import { describe, expect, it } from 'vitest';
import { foundIn } from '../project.js';
import { namesIn, noticesIn, scriptsIn } from './read.js';

describe('Prisma', () => {
  const lock = { 'migrations/migration_lock.toml': 'provider = "postgresql"\n' };

  it('runs every folder in order of name', async () => {
    expect(
      await namesIn({
        ...lock,
        'migrations/20240102000000_b/migration.sql': 'SELECT 1;',
        'migrations/0_init/migration.sql': 'SELECT 1;',
        'migrations/README.md': 'text',
      }),
    ).toEqual(['0_init', '20240102000000_b']);
  });

  it('sends a file as one query without a transaction, so that CREATE INDEX CONCURRENTLY can be alone in it', async () => {
    const sql = 'CREATE INDEX CONCURRENTLY a ON b (c);';
    expect(await scriptsIn({ ...lock, 'migrations/1_a/migration.sql': sql })).toEqual([[[false, sql]]]);
  });

  it('refuses a folder without migration.sql', async () => {
    expect(
      await foundIn({
        ...lock,
        'migrations/1_a/migration.sql': 'SELECT 1;',
        'migrations/2_b/down.sql': 'SELECT 1;',
      }),
    ).toEqual({
      code: 'migrations-invalid',
      message: './migrations/2_b/migration.sql does not exist, so Prisma would refuse the folder (P3015).',
    });
  });

  it('refuses migrations for another database', async () => {
    expect(
      await foundIn({
        'migrations/migration_lock.toml': 'provider = "mysql"\n',
        'migrations/1_a/migration.sql': 'SELECT 1;',
      }),
    ).toEqual({
      code: 'migrations-invalid',
      message: 'The migrations in ./migrations are for mysql, not for PostgreSQL.',
    });
  });
});

describe('Drizzle', () => {
  const journal = (dialect: string, ...entries: readonly (readonly [tag: string, when: number])[]) => ({
    'drizzle/meta/_journal.json': JSON.stringify({
      version: '7',
      dialect,
      entries: entries.map(([tag, when], idx) => ({ idx, tag, when, version: '7', breakpoints: true })),
    }),
  });

  it('runs what the journal lists, in its order, and says what it leaves out', async () => {
    const files = {
      ...journal('postgresql', ['0002_b', 1], ['0001_a', 2]),
      'drizzle/0001_a.sql': 'SELECT 1;',
      'drizzle/0002_b.sql': 'SELECT 2;',
      'drizzle/0003_c.sql': 'SELECT 3;',
    };
    expect(await namesIn(files, 'drizzle')).toEqual(['0002_b', '0001_a']);
    expect(await noticesIn(files, 'drizzle')).toEqual([
      '0003_c.sql is not in meta/_journal.json, so Drizzle does not run it.',
    ]);
  });

  it('names an entry that an existing database would skip', async () => {
    const files = {
      ...journal('postgresql', ['0000_a', 5], ['0001_b', 4]),
      'drizzle/0000_a.sql': 'SELECT 1;',
      'drizzle/0001_b.sql': 'SELECT 2;',
    };
    expect(await noticesIn(files, 'drizzle')).toEqual([
      'Drizzle skips 0001_b.sql in databases that have run 0000_a.sql: its `when` in meta/_journal.json is not later.',
    ]);
  });

  it('splits at breakpoints only', async () => {
    const files = {
      ...journal('postgresql', ['0000_a', 5]),
      'drizzle/0000_a.sql': 'SELECT 1; SELECT 2;--> statement-breakpoint\nSELECT 3;',
    };
    expect(await scriptsIn(files, 'drizzle')).toEqual([[[true, 'SELECT 1; SELECT 2;', 'SELECT 3;']]]);
  });

  it('reads the folders of 1.0', async () => {
    expect(
      await namesIn(
        {
          'drizzle/20260102000000_b/migration.sql': 'SELECT 2;',
          'drizzle/20260102000000_b/snapshot.json': '{}',
          'drizzle/20260101000000_a/migration.sql': 'SELECT 1;',
          'drizzle/20260101000000_a/snapshot.json': '{}',
        },
        'drizzle',
      ),
    ).toEqual(['20260101000000_a', '20260102000000_b']);
  });

  it('refuses another dialect and a listed file that is missing', async () => {
    await expect(namesIn({ ...journal('mysql') }, 'drizzle')).rejects.toThrow('are for mysql');
    await expect(namesIn({ ...journal('pg', ['0000_a', 1]) }, 'drizzle')).rejects.toThrow(
      '0000_a.sql does not exist, but meta/_journal.json lists it.',
    );
  });
});

describe('Supabase', () => {
  it('runs files in the order of their names and names those that it skips', async () => {
    const files = {
      'supabase/migrations/20220101000000_a.sql': 'SELECT 1;',
      'supabase/migrations/20200101000000_init.sql': 'SELECT 1;',
      'supabase/migrations/notes.sql': 'SELECT 1;',
      'supabase/config.toml': '',
    };
    expect(await namesIn(files, 'supabase/migrations')).toEqual(['20220101000000_a.sql']);
    expect(await noticesIn(files, 'supabase/migrations')).toEqual([
      expect.stringContaining('20200101000000_init.sql is skipped') as string,
      expect.stringContaining('notes.sql is skipped') as string,
    ]);
  });
});

describe('node-pg-migrate', () => {
  it('runs the whole file up if it has no mark for that', async () => {
    expect(
      await scriptsIn({
        'migrations/2_b.sql': '--- up migration\nSELECT 2;\n-- Down Migration\nSELECT -2;',
        'migrations/1_a.sql': 'SELECT 1;\n-- Down Migration\nSELECT -1;',
      }),
    ).toEqual([
      [
        [true, 'SELECT 1;\n-- Down Migration\nSELECT -1;'],
        [true, '-- Down Migration\nSELECT -1;'],
      ],
      [
        [true, '--- up migration\nSELECT 2;'],
        [true, '-- Down Migration\nSELECT -2;'],
      ],
    ]);
  });

  it('orders by date if a name has 17 digits', async () => {
    const mark = '-- Up Migration\nSELECT 1;';
    expect(
      await namesIn({
        'migrations/20230101000000000_old.sql': mark,
        'migrations/1735689600000_new.sql': mark,
      }),
    ).toEqual(['20230101000000000_old', '1735689600000_new']);
  });
});

describe('Hasura', () => {
  it('refuses a folder with several databases, and reads one of them', async () => {
    const files = {
      'config.yaml': 'metadata_directory: metadata\n',
      'migrations/one/1_a/up.sql': 'SELECT 1;',
      'migrations/two/10_b/up.sql': 'SELECT 1;',
      'migrations/two/9_a/up.sql': 'SELECT 1;',
    };
    await expect(namesIn(files)).rejects.toThrow('has migrations of several databases: one, two.');
    expect(await namesIn(files, 'migrations/two')).toEqual(['9_a', '10_b']);
  });
});

describe('graphile-migrate', () => {
  it('refuses placeholders with their line, and not casts', async () => {
    const file = (body: string) => ({
      'migrations/committed/000001.sql': `--! Previous: -\n--! Hash: sha1:0\n\n${body}`,
      'migrations/current.sql': '',
    });
    expect(await namesIn(file('SELECT 1::INT;'))).toEqual(['000001.sql']);
    await expect(namesIn(file('GRANT ALL ON DATABASE :DATABASE_NAME TO x;'))).rejects.toMatchObject({
      message: expect.stringContaining(':DATABASE_NAME') as string,
      place: { line: 4 },
    });
  });
});
