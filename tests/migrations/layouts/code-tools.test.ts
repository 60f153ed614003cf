import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DriftmarkError } from '#src/errors.js';
import { detectMigrations, findMigrations, isMigrationsFolder } from '#src/migrations/migrations.js';
import { installPackages, withPackages } from '../../support/npm-install.js';
import type { TestServer } from '../../support/own-server.js';
import { sharedServer } from '../../support/shared-server.js';
import { runsAll } from '../../support/selection.js';
import { packagesOf } from '../../support/tool-packages.js';
import { buildProject } from '../build-fixture.js';
import { find, foundIn, inProject, runAll, type Files, type Run } from '../project.js';
import { namesIn } from './read.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

/** Runs the migrations of a project in which the packages of a fixture are installed: with all tests only. */
async function run(fixture: string, files: Files, down = false): Promise<Run> {
  const installed = await installPackages(packagesOf(fixture));
  if (installed.unavailable !== undefined) throw new Error(installed.unavailable);
  const prepare = (dir: string) =>
    symlink(path.join(installed.dir, 'node_modules'), path.join(dir, 'node_modules'));
  return runAll(test.server, files, { down, prepare });
}

const kyselyMigration = (statement: string) =>
  `import { sql } from 'kysely';
export async function up(db) {
  await sql\`create table made (id int)\`.execute(db);
  await sql\`${statement}\`.execute(db);
}
export async function down(db) { await sql\`drop table made\`.execute(db); }
`;
const typeormMigration = (name: string, ...statements: readonly string[]) =>
  `module.exports.${name} = class ${name} {
  async up(queryRunner) {
${statements.map((sql) => `    await queryRunner.query(\`${sql}\`);\n`).join('')}  }
  async down(queryRunner) { await queryRunner.query('drop table made'); }
};
`;
const sequelizeMigration = (statement: string) =>
  `module.exports = {
  up: async (queryInterface) => {
    await queryInterface.sequelize.query('create table made (id int)');
    await queryInterface.sequelize.query(\`${statement}\`);
  },
  down: (queryInterface) => queryInterface.dropTable('made'),
};
`;
const pgmMigration = (statement: string) =>
  `exports.up = (pgm) => {
  pgm.createTable('made', { id: 'integer' });
  pgm.sql(\`${statement}\`);
};
exports.down = (pgm) => pgm.dropTable('made');
`;

const TOOLS = [
  { fixture: 'kysely', file: '1_a.mjs', name: '1_a', text: kyselyMigration },
  { fixture: 'sequelize', file: '1-a.js', name: '1-a.js', text: sequelizeMigration },
  {
    fixture: 'typeorm',
    file: '1767268800000-a.js',
    name: 'a1767268800000',
    text: (sql: string) => typeormMigration('a1767268800000', 'create table made (id int)', sql),
  },
  { fixture: 'node-pg-migrate.js', file: '1_a.js', name: '1_a', text: pgmMigration },
] as const;

describe.each(TOOLS)('migrations of $fixture', ({ fixture, file, name, text }) => {
  it.runIf(runsAll)('run up and down', async () => {
    const files = { [`migrations/${file}`]: text('select 1') };
    expect(await run(fixture, files)).toMatchObject({ tables: ['made'], output: '' });
    expect(await run(fixture, files, true)).toMatchObject({ tables: [], output: '' });
  });

  it.runIf(runsAll)('fail with the statement and the details of PostgreSQL', async () => {
    const { error, tables } = await run(fixture, { [`migrations/${file}`]: text('select 1 from nowhere') });
    expect(error?.message).toBe(`migration ${name} failed (up): relation "nowhere" does not exist`);
    expect(error?.place.file).toMatch(new RegExp(`${file}$`));
    expect(error?.details).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          label: 'SQL',
          text: expect.stringContaining('select 1 from nowhere') as string,
        }),
        { label: 'SQLSTATE', text: '42P01' },
      ]),
    );
    // Only Sequelize does not open a transaction.
    expect(tables).toEqual(fixture === 'sequelize' ? ['made'] : []);
  });

  it('are refused with the place if the package is not installed', async () => {
    const { error } = await runAll(test.server, { [`migrations/${file}`]: text('select 1') });
    const title = fixture.replace(/\.js$/, '');
    expect(error).toMatchObject({
      code: 'migrations-invalid',
      message: expect.stringContaining(`The package \`${title}\` is not installed in `) as string,
      remedy: expect.stringContaining('Run `npm install`') as string,
    });
    expect(error?.place.file).toMatch(new RegExp(`${file}$`));
  });

  it('are refused if a file among them is for another library', async () => {
    const other = fixture === 'kysely' ? sequelizeMigration('select 1') : kyselyMigration('select 1');
    const layout = fixture.replace(/\.js$/, '') as 'kysely';
    const error = await inProject(
      { [`migrations/${file}`]: text('select 1'), 'migrations/2_b.mjs': other },
      (dir) =>
        findMigrations(path.join(dir, 'migrations'), { projectDir: dir, layout }).then(
          () => undefined,
          (thrown: unknown) => thrown as DriftmarkError,
        ),
    );
    expect(error?.message).toContain('2_b.mjs is a migration for');
    expect(error?.remedy).toContain(fixture === 'kysely' ? "layout: 'sequelize'" : "layout: 'kysely'");
  });
});

it.runIf(runsAll)('loads ES modules in a package that does not declare them', async () => {
  const { error, output, tables } = await run('sequelize', {
    'package.json': '{ "name": "shop" }',
    'lib/names.js': "export const NAME = 'made';\n",
    'migrations/1-a.js': `import { NAME } from '../lib/names';
export const up = (queryInterface) => queryInterface.sequelize.query('create table ' + NAME + ' ()');
`,
  });
  expect(error).toBeUndefined();
  expect({ output, tables }).toEqual({ output: '', tables: ['made'] });
});

it.runIf(runsAll)('loads TypeScript if tsconfig.json extends a file that is not there yet', async () => {
  const { error, tables } = await run('kysely', {
    'tsconfig.json': '{ "extends": "./.svelte-kit/tsconfig.json" }',
    'migrations/1_a.ts': kyselyMigration('select 1'),
  });
  expect(error).toBeUndefined();
  expect(tables).toEqual(['made']);
});

it('does not take helpers that import a library for migrations', async () => {
  const helper =
    "import { QueryTypes } from 'sequelize';\nexport const select = { type: QueryTypes.SELECT };\n";
  await inProject({ 'migrations/lib/helper.ts': helper }, async (dir) => {
    const detected = await detectMigrations(path.join(dir, 'migrations', 'lib'), dir);
    expect(isMigrationsFolder(detected)).toBe(false);
  });
});

describe('Kysely', () => {
  it('orders by the name without the extension, and ignores files without up', async () => {
    expect(
      await namesIn({
        'migrations/b.ts': kyselyMigration('select 1'),
        'migrations/a-1.ts': kyselyMigration('select 1'),
        'migrations/a.ts': kyselyMigration('select 1'),
        'migrations/helper.ts': `import { sql } from 'kysely';\nexport const now = sql\`now()\`;`,
        'migrations/types.d.ts': kyselyMigration('select 1'),
      }),
    ).toEqual(['a', 'a-1', 'b']);
  });

  it('does not try the down of a migration that has none', async () => {
    const source = `import { sql } from 'kysely';\n// down comes later\nexport const up = (db) => {};\n`;
    const files = { 'migrations/1.ts': source };
    const { migrations } = await inProject(files, (dir) => find(dir));
    expect(migrations).toMatchObject([{ name: '1', hasDown: false }]);
  });

  it.runIf(runsAll)('runs a migration without a transaction if a statement needs that', async () => {
    const source = `import { sql } from 'kysely';
export const up = (db) => sql\`vacuum\`.execute(db);
export const down = () => {};
`;
    expect((await run('kysely', { 'migrations/1.mjs': source })).error).toBeUndefined();
  });
});

describe('Sequelize', () => {
  it.runIf(runsAll)('passes what umzug passes, too, and accepts a callback', async () => {
    const { error, told } = await run('sequelize', {
      'migrations/1-umzug.js': `exports.up = async ({ name, path, context: sequelize }) => {
  // queryInterface
  await sequelize.getQueryInterface().createTable('told', { what: 'text' });
  await sequelize.query("insert into told values ('" + name + "')");
  if (!path.endsWith(name)) throw new Error(path);
};`,
      'migrations/2-callback.js': `exports.up = function (queryInterface, Sequelize, done) {
  queryInterface.sequelize.query("insert into told values ('" + Sequelize.TEXT.key + "')").then(() => done(), done);
};`,
    });
    expect(error).toBeUndefined();
    expect(told).toEqual(['1-umzug.js', 'TEXT']);
  });

  it('reads the folder that .sequelizerc names, and the name of the history table', async () => {
    const files = {
      '.sequelizerc': `const path = require('path');
module.exports = { 'config': path.resolve('config', 'config.json'), 'migrations-path': path.resolve('server', 'db', 'steps') };`,
      'config/config.json': '{ "production": { "migrationStorageTableName": "steps" } }',
      'server/db/steps/1-a.js': sequelizeMigration('select 1'),
    };
    const folder = await inProject(files, (dir) => find(dir));
    expect(folder.migrations.map(({ name }) => name)).toEqual(['1-a.js']);
    expect(folder.historyTables).toMatchObject([{ table: 'steps', nameColumn: 'name' }]);
  });
});

describe('TypeORM', () => {
  it('orders by the timestamp of the classes, and finds several in a file', async () => {
    expect(
      await namesIn({
        'migrations/1-b.ts': `${typeormMigration('b1700000000002')}\n${typeormMigration('c1700000000003')}`,
        'migrations/2-a.ts': typeormMigration('Z1700000000001'),
        'migrations/index.ts': `export { b1700000000002 } from './1-b'; // queryRunner`,
      }),
    ).toEqual(['Z1700000000001', 'b1700000000002', 'c1700000000003']);
  });

  it('refuses a class whose name does not end with a timestamp', async () => {
    expect(await foundIn({ 'migrations/1-a.ts': typeormMigration('AddUsers') })).toEqual({
      code: 'migrations-invalid',
      message:
        './migrations/1-a.ts has the migration `AddUsers`, whose name does not end with a timestamp of 13 digits, so TypeORM refuses it.',
    });
  });

  it.runIf(runsAll)(
    'creates an extension that TypeORM would have created, which no down has to remove',
    async () => {
      const files = {
        'migrations/1.js': typeormMigration(
          'a1767268800000',
          'create table made (id uuid default uuid_generate_v4())',
        ),
      };
      const built = await inProject(files, (dir) =>
        withPackages(dir, packagesOf('typeorm'), (copy) => buildProject(copy, test.server)),
      );
      if ('unavailable' in built) throw new Error(built.unavailable);
      expect(built.schema.objects.extension.map(({ name }) => name)).toEqual(['uuid-ossp']);
      expect(built.failedDowns).toEqual([]);
    },
  );

  it('reads settings of the data source', async () => {
    const folder = await inProject(
      {
        'src/data-source.ts': `// migrationsTableName: 'old'\nexport default new DataSource({ migrationsTableName: 'steps' });`,
        'migrations/1.js': typeormMigration('a1767268800000'),
      },
      (dir) => find(dir),
    );
    expect(folder.historyTables[0]).toMatchObject({ table: 'steps' });
  });
});

describe('node-pg-migrate', () => {
  it('orders SQL, JavaScript and TypeScript by their numbers', async () => {
    expect(
      await namesIn({
        'migrations/10_c.js': pgmMigration('select 1'),
        'migrations/9_b.sql': '-- Up Migration\nselect 1;',
        'migrations/1_a.ts': pgmMigration('select 1'),
      }),
    ).toEqual(['1_a', '9_b', '10_c']);
  });

  it.runIf(runsAll)(
    'reports that a down migration cannot be inferred, and does not try a forbidden one',
    async () => {
      const { error } = await run(
        'node-pg-migrate.js',
        { 'migrations/1_a.js': 'exports.up = (pgm) => { pgm.sql("select 1"); };' },
        true,
      );
      expect(error?.message).toMatch(
        /^migration 1_a failed \(down\): Impossible to automatically infer down/,
      );
      const files = { 'migrations/1_a.js': 'exports.up = (pgm) => {};\nexports.down = false;\n' };
      const { migrations } = await inProject(files, (dir) => find(dir));
      expect(migrations).toMatchObject([{ hasDown: false }]);
    },
  );

  it.runIf(runsAll)('reads through `pgm.db` before the operations run', async () => {
    const { error, told } = await run('node-pg-migrate.js', {
      'migrations/1_a.js': 'exports.up = (pgm) => { pgm.createTable("told", { what: "text" }); };',
      'migrations/2_b.js': `exports.up = async (pgm) => {
  const [{ count }] = await pgm.db.select('select count(*)::int as count from told');
  pgm.sql("insert into told values ('" + count + " before')");
};`,
    });
    expect(error).toBeUndefined();
    expect(told).toEqual(['0 before']);
  });
});
