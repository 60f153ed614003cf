import { beforeAll, expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { writeFiles } from '../support/repository.js';
import { onSharedScratch } from '../support/shared-server.js';
import { stableOutput } from '../support/stable-output.js';

let env: NodeJS.ProcessEnv;
beforeAll(async () => {
  env = await onSharedScratch();
});

const FIRST = {
  'package.json': '{ "name": "harbour" }',
  'migrations/1_boats.sql': 'CREATE TABLE boats (id int PRIMARY KEY, name varchar(20));',
};

const inProject = (use: (cwd: string) => Promise<void>) =>
  inFolder(async (cwd) => {
    await writeFiles(cwd, FIRST);
    await use(cwd);
  });

it('update lists what it changed in the report, and nothing with --quiet', async () => {
  await inProject(async (cwd) => {
    const update = (...args: string[]) => driftmarkHere(['update', ...args], { cwd, env });
    expect(stableOutput((await update()).stdout)).toBe(
      '✓ harbour   wrote report.sql.md (1 migration, 1 table, PostgreSQL 0.0, 0.0 s)\n',
    );
    await writeFiles(cwd, {
      'migrations/2_length.sql': 'ALTER TABLE boats ALTER name TYPE varchar(40), ADD length numeric;',
      'migrations/3_crews.sql': 'CREATE TABLE crews (id int PRIMARY KEY);',
    });
    expect(stableOutput((await update()).stdout)).toBe(
      `✓ harbour   updated report.sql.md: 3 changes, 1 breaking (3 migrations, 2 tables, PostgreSQL 0.0, 0.0 s)

  table boats
    ~ column name    character varying(20) → character varying(40)  breaking  2_length.sql
    + column length  numeric                                                  2_length.sql
  + table crews      (1 column, 1 index)                                      3_crews.sql
`,
    );
    expect(stableOutput((await update()).stdout)).toBe(
      '✓ harbour   in sync (3 migrations, 2 tables, PostgreSQL 0.0, 0.0 s)\n',
    );
    await writeFiles(cwd, { 'migrations/4_home.sql': 'ALTER TABLE boats ADD home text;' });
    expect(await update('--quiet')).toEqual({ code: 0, stdout: '', stderr: '' });
    await writeFiles(cwd, { 'migrations/5_flag.sql': 'ALTER TABLE boats ADD flag text;' });
    expect(JSON.parse((await update('--reporter', 'json')).stdout)).toMatchObject({
      targets: [
        {
          result: 'written',
          changes: [{ description: 'table boats: column flag: text', migration: '5_flag.sql' }],
        },
      ],
    });
  });
});

it('update lists at most thirty changes, and counts the others', async () => {
  await inProject(async (cwd) => {
    await driftmarkHere(['update'], { cwd, env });
    const tables = Array.from({ length: 40 }, (_, at) => `CREATE TABLE t${at + 10} ();`).join('\n');
    await writeFiles(cwd, { 'migrations/2_tables.sql': tables });
    const { stdout } = await driftmarkHere(['update'], { cwd, env });
    const lines = stableOutput(stdout).split('\n');
    expect(lines[0]).toBe(
      '✓ harbour   updated report.sql.md: 40 changes, all by 2_tables.sql (2 migrations, 41 tables, PostgreSQL 0.0, 0.0 s)',
    );
    expect(lines.filter((line) => line.startsWith('  + table t'))).toHaveLength(30);
    expect(lines.slice(-3)).toEqual(['', '  and 10 more changes: git diff shows all of them', '']);
  });
});

/** In a copy of a database, as in the database itself, knex can go on with the migrations. */
it('update tries the downs of a long history of knex migrations, of which some fail after rows were inserted', async () => {
  const create = (n: number) => `k.schema.createTable('t${n}', (t) => { t.integer('id'); })`;
  const files = Array.from({ length: 24 }, (_, at) => {
    const up = at === 1 ? `${create(at)}.then(() => k('t1').insert({ id: 1 }))` : create(at);
    const down = at > 21 ? `k.raw('SELECT nothing')` : `k.schema.dropTable('t${at}')`;
    return [
      `migrations/${String(at + 10)}.js`,
      `exports.up = (k) => ${up};\nexports.down = (k) => ${down};\n`,
    ] as const;
  });
  await inFolder(async (cwd) => {
    await writeFiles(cwd, { 'package.json': '{ "name": "shop" }', ...Object.fromEntries(files) });
    const { code, stderr } = await driftmarkHere(['update'], { cwd, env });
    expect({ code, failed: stderr.match(/\d+\.js failed/g) }).toEqual({
      code: 0,
      failed: ['33.js failed', '32.js failed'],
    });
  });
});
