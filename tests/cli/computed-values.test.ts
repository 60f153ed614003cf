import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { onDatabase } from '../support/scratch.js';
import { driftmarkOnSharedServer, sharedServer, urlOf } from '../support/shared-server.js';

/** A package with these migrations. */
async function inPackage<T>(
  migrations: Readonly<Record<string, string>>,
  use: (project: {
    readonly run: (...args: readonly string[]) => ReturnType<typeof driftmarkOnSharedServer>;
    readonly report: () => Promise<string>;
    readonly write: (file: string, text: string) => Promise<void>;
  }) => Promise<T>,
): Promise<T> {
  return inFolder(async (dir) => {
    const write = (file: string, text: string) => writeFile(path.join(dir, file), text);
    for (const folder of ['migrations', 'baseline']) await mkdir(path.join(dir, folder));
    await write('package.json', '{ "name": "computed" }');
    for (const [name, text] of Object.entries(migrations)) await write(path.join('migrations', name), text);
    return use({
      run: (...args) => driftmarkOnSharedServer(args, { cwd: dir }),
      report: () => readFile(path.join(dir, 'report.sql.md'), 'utf8'),
      write,
    });
  });
}

const knexMigration = (body: string) => `exports.up = (knex) => ${body};
exports.down = () => Promise.resolve();`;

/** What migrations compute when they run, and what the notice says. */
const COMPUTED: Readonly<Record<string, readonly [file: string, text: string, notice: string]>> = {
  "a default of 'now'": [
    '1_logs.sql',
    `CREATE TABLE logs (made timestamptz NOT NULL DEFAULT 'now');`,
    'The default of column logs.made is computed when migrations/1_logs.sql runs, so it differs in every database. Write `now()`, which PostgreSQL evaluates for each row.',
  ],
  'a random default': [
    '2_random.sql',
    `DO $$ BEGIN EXECUTE format('CREATE TABLE t1 (c uuid DEFAULT %L)', gen_random_uuid()); END $$;`,
    'Write `gen_random_uuid()`, which',
  ],
  'a random number of either sign': [
    '3_number.sql',
    `DO $$ BEGIN EXECUTE format('CREATE TABLE t2 (c float8 DEFAULT %s)', random() - 0.5); END $$;`,
    'The default of column t2.c is computed when migrations/3_number.sql runs, so it differs in every database. Write a constant, or an expression that PostgreSQL evaluates for each row.',
  ],
  'the default of a domain': [
    '4_domain.sql',
    `CREATE DOMAIN d AS timestamptz DEFAULT 'now'; CREATE TABLE t3 (c d);`,
    'The default of domain d is computed',
  ],
  'a constant in a check': [
    '5_check.sql',
    `CREATE TABLE t4 (c timestamptz, CONSTRAINT past CHECK (c < 'now'::timestamptz + interval '1 day'));
     DO $$ BEGIN EXECUTE format('ALTER TABLE t4 ADD CHECK (c <> %L)', now()); END $$;`,
    'The expression of check t4.t4_c_check is computed when migrations/5_check.sql runs, so it differs in every database. Write a constant in the migration.',
  ],
  'a constant in a view': [
    '6_view.sql',
    `DO $$ BEGIN EXECUTE format('CREATE VIEW v AS SELECT %L AS id', gen_random_uuid()); END $$;`,
    'The definition of view v is computed',
  ],
  'the bound of a partition': [
    '7_partition.sql',
    `CREATE TABLE t5 (c timestamptz) PARTITION BY RANGE (c);
     CREATE TABLE t51 PARTITION OF t5 FOR VALUES FROM (MINVALUE) TO ('now');`,
    'The partition bound of table t51 is computed',
  ],
  'a default of a column that a later migration comments on': [
    '8_comment.sql',
    `COMMENT ON COLUMN logs.made IS 'When';`,
    'The default of column logs.made is computed when migrations/1_logs.sql runs',
  ],
  'the values of an enum': [
    '9_enum.sql',
    `DO $$ BEGIN EXECUTE format('CREATE TYPE e AS ENUM (%L)', random()); END $$;`,
    'The values of enum e are computed when migrations/9_enum.sql runs, so they differ in every database.',
  ],
};

/** The same of knex migrations. */
const COMPUTED_BY_CODE: typeof COMPUTED = {
  'a default of the time': [
    '1_time.js',
    knexMigration(`knex.schema.createTable('t6', (t) => {
      t.timestamp('made').defaultTo(new Date().toISOString());
    })`),
    'The default of column t6.made is computed when migrations/1_time.js runs, so it differs in every database. Write `knex.fn.now()`, which',
  ],
  'the start of an identity column': [
    '2_start.js',
    knexMigration(
      'knex.raw(`CREATE TABLE t7 (id bigint GENERATED ALWAYS AS IDENTITY (START WITH ${Date.now()}))`)',
    ),
    'The identity of column t7.id is computed',
  ],
};

describe.each([
  { by: 'SQL', computed: COMPUTED, options: [] },
  { by: 'knex', computed: COMPUTED_BY_CODE, options: ['--no-down'] },
])('a value that $by computes', ({ computed, options }) => {
  it('is not drift, and is in a notice', async () => {
    const files = Object.fromEntries(Object.values(computed).map(([file, text]) => [file, text]));
    await inPackage(files, async ({ run, report }) => {
      expect((await run('update')).code).toBe(0);
      const before = await report();
      const check = await run('check', ...options);
      const update = await run('update');
      for (const { stderr } of [check, update]) {
        const told = stderr.replace(/\s+/g, ' ');
        for (const [, , notice] of Object.values(computed)) expect(told).toContain(notice);
      }
      expect(check.code).toBe(0);
      expect(await report()).toBe(before);
    });
  });
});

const LOGS = `CREATE TABLE logs (id int DEFAULT 1, made timestamptz DEFAULT 'now');`;

it('does not hide another change, and update keeps the computed value', async () => {
  await inPackage({ '1_logs.sql': LOGS }, async ({ run, report, write }) => {
    await run('update');
    const made = /'\d{4}-[^']*'::timestamp with time zone/.exec(await report())?.[0] ?? '';
    expect(made).not.toBe('');
    await write('migrations/1_logs.sql', LOGS.replace('DEFAULT 1', 'DEFAULT 2'));
    const { code, stdout } = await run('check');
    expect(code).toBe(2);
    expect(stdout).toContain('out of date: 1 change');
    expect(stdout).toContain('column id');
    await run('update');
    expect(await report()).toContain(made);
    expect((await run('check')).code).toBe(0);
  });
});

it('is not a difference between a report, or other migrations, and the migrations', async () => {
  await inPackage({ '1_logs.sql': LOGS }, async ({ run, write }) => {
    await run('update');
    await write('baseline/1_logs.sql', LOGS);
    for (const from of ['report.sql.md', 'baseline']) {
      const { code, stderr } = await run('diff', from, 'migrations');
      expect(stderr).toContain('The default of column logs.made is computed when');
      expect(code).toBe(0);
    }
    await write('baseline/1_logs.sql', LOGS.replace('DEFAULT 1', 'DEFAULT 2'));
    expect((await run('diff', 'baseline', 'migrations')).stdout).toContain('1 change');
  });
});

it('is not drift of a live database', async () => {
  const { server, stop } = await sharedServer();
  try {
    await inPackage({ '1_logs.sql': LOGS }, ({ run }) =>
      onDatabase(server, async (client) => {
        await run('update');
        await client.query(LOGS);
        const { host, port, user = '', database = '' } = client;
        const check = () => run('check', '--url', urlOf({ host, port, user, database }));
        const { code, stderr } = await check();
        expect(stderr).toContain('The default of column logs.made is computed when');
        expect(code).toBe(0);
        await client.query('ALTER TABLE logs ALTER id SET DEFAULT 2');
        expect((await check()).stdout).toContain('1 change');
        await client.query(`ALTER TABLE logs ALTER id SET DEFAULT 1, ALTER made SET DEFAULT now()`);
        expect((await check()).code).toBe(2);
      }),
    );
  } finally {
    await stop();
  }
});

it.each([
  [`DEFAULT '2020-01-01'`, `DEFAULT '2020-01-02'`],
  [`DEFAULT 'now'`, `DEFAULT '2020-01-02'`],
])('a change from %s to %s is drift', async (before, after) => {
  const table = (value: string) => `CREATE TABLE t (c timestamptz ${value});`;
  await inPackage({ '1_t.sql': table(before) }, async ({ run, write }) => {
    await run('update');
    await write('migrations/1_t.sql', table(after));
    expect((await run('check')).code).toBe(2);
  });
});

it("takes 'today' for computed on a later day", async () => {
  await inPackage(
    { '1_t.sql': `CREATE TABLE t (c date DEFAULT 'today');` },
    async ({ run, report, write }) => {
      await run('update');
      await write('report.sql.md', (await report()).replace(/'\d{4}-\d\d-\d\d'::date/, `'2020-02-29'::date`));
      const { code, stderr } = await run('check');
      expect(stderr).toContain('The default of column t.c is computed');
      expect(code).toBe(0);
      await write('migrations/1_t.sql', `CREATE TABLE t (c date DEFAULT '2024-02-29');`);
      expect((await run('check')).code).toBe(2);
    },
  );
});

it('is not a failed down, of its own migration or of another one', async () => {
  await inPackage(
    {
      '1_logs.up.sql': LOGS,
      '1_logs.down.sql': 'DROP TABLE logs;',
      '2_fixed.up.sql': `ALTER TABLE logs ALTER made SET DEFAULT '2020-01-01';`,
      '2_fixed.down.sql': `ALTER TABLE logs ALTER made SET DEFAULT 'now';`,
      '3_more.up.sql': 'ALTER TABLE logs ADD c int;',
      '3_more.down.sql': 'ALTER TABLE logs DROP c;',
      '4_other.up.sql': `ALTER TABLE logs ALTER id SET DEFAULT 3;`,
      '4_other.down.sql': `ALTER TABLE logs ALTER id SET DEFAULT 2;`,
    },
    async ({ run, report }) => {
      await run('update');
      expect((await report()).match(/^> - .*$/gm)).toEqual(['> - `4_other.up.sql`']);
    },
  );
});
