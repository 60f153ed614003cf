import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMigrations } from '#src/migrations/migrations.js';
import { find, foundIn, inProject, makesTable } from './project.js';

const A = makesTable('a');

/** The files of a folder that the migrator of knex runs. */
describe('the migrations of a knex folder are', () => {
  it.each([
    {
      which: 'ordered by name, not by number',
      files: ['2_b.js', '10_a.js', '1_c.js'],
      expected: ['10_a.js', '1_c.js', '2_b.js'],
    },
    { which: '.js, .cjs and .ts', files: ['1.js', '2.cjs', '3.ts'], expected: ['1.js', '2.cjs', '3.ts'] },
    {
      which: 'CoffeeScript and similar files',
      files: ['1.co', '2.coffee', '3.eg', '4.iced', '5.litcoffee', '6.ls'],
      expected: ['1.co', '2.coffee', '3.eg', '4.iced', '5.litcoffee', '6.ls'],
    },
    {
      which: '.mjs files, if no file has another extension',
      files: ['1.mjs', '2.mjs'],
      expected: ['1.mjs', '2.mjs'],
    },
    { which: 'not .mjs files beside .js files', files: ['1.js', '2.mjs'], expected: ['1.js'] },
    {
      which: 'also helpers, because knex loads them',
      files: ['1_a.js', 'helpers.js'],
      expected: ['1_a.js', 'helpers.js'],
    },
    {
      which: 'not files with other extensions',
      files: ['1_a.js', 'README.md', '1_a.js.map', 'schema.json'],
      expected: ['1_a.js'],
    },
    { which: 'not files in subfolders', files: ['1_a.js', 'lib/2_b.js'], expected: ['1_a.js'] },
    { which: 'not SQL files that migrations read', files: ['1_a.js', '1_a.sql'], expected: ['1_a.js'] },
  ])('$which', async ({ files, expected }) => {
    const all = Object.fromEntries(files.map((name) => [`migrations/${name}`, A]));
    expect(await foundIn(all)).toEqual(expected);
  });

  it('gives a notice about a file that knex does not load', async () => {
    await inProject({ 'migrations/1.js': A, 'migrations/2.mjs': '' }, async (dir) => {
      const { notices } = await find(dir);
      expect(notices).toEqual([
        expect.stringMatching(/knex does not load .*2\.mjs: name `\.mjs` in `migrations\.loadExtensions`/),
      ]);
    });
  });

  it.each([
    { which: 'an empty folder', files: {} },
    { which: 'a folder without migrations', files: { 'migrations/README.md': '' } },
  ])('rejects $which', async ({ files }) => {
    expect(await foundIn(files)).toEqual({
      code: 'no-migrations',
      message: 'No migrations found in ./migrations.',
    });
  });
});

/** The same settings for a knexfile in each of its forms. */
const SETTINGS = `{ client: 'pg', migrations: { directory: './db', loadExtensions: ['.mjs'], tableName: 'history' } }`;

describe('the settings `migrations` of a knexfile', () => {
  const { NODE_ENV } = process.env;
  beforeEach(() => Reflect.deleteProperty(process.env, 'NODE_ENV'));
  afterEach(() => {
    process.env.NODE_ENV = NODE_ENV;
  });

  it.each([
    { name: 'knexfile.js', text: `module.exports = ${SETTINGS};` },
    { name: 'knexfile.cjs', text: `module.exports = { development: ${SETTINGS} };` },
    { name: 'knexfile.mjs', text: `export default async () => (${SETTINGS});` },
    { name: 'knexfile.ts', text: `const config: object = ${SETTINGS}; export default config;` },
  ])('select the files: $name', async ({ name, text }) => {
    await inProject({ [name]: text, 'db/1_a.mjs': '', 'db/2_b.js': '' }, async (dir) => {
      const { dir: found, migrations } = await find(dir);
      expect({ found, names: migrations.map((each) => each.name) }).toEqual({
        found: `${dir}/db`,
        names: ['1_a.mjs'],
      });
    });
  });

  it('are those of the environment NODE_ENV', async () => {
    const knexfile = `module.exports = { development: {}, staging: { migrations: { directory: 'db' } } };`;
    process.env.NODE_ENV = 'staging';
    expect(await foundIn({ 'knexfile.js': knexfile, 'db/1.js': A })).toEqual(['1.js']);
  });

  it.each([
    {
      which: 'that throws',
      text: `throw new Error('no DATABASE_HOST at postgres://me:secret@db/app')`,
      message: 'The knexfile could not be loaded: no DATABASE_HOST at postgres://me:***@db/app',
    },
    {
      which: 'without the environment',
      text: 'module.exports = { staging: { migrations: {} }, production: { client: "pg" } }',
      message: 'The knexfile has no environment "development".',
    },
    {
      which: 'that exports nothing',
      text: 'module.exports = 7',
      message: 'The knexfile could not be loaded: it exports no configuration',
    },
    {
      which: 'whose folder does not exist',
      text: `module.exports = { migrations: { directory: ['migrations', 'more'] } }`,
      message: 'The folder ./more does not exist.',
    },
    {
      which: 'that ends its process',
      text: 'process.exit(3)',
      message: 'The knexfile could not be loaded: its process exited with code 3',
    },
    {
      which: 'that rejects a promise',
      text: `Promise.reject(new Error('lost')); module.exports = {}`,
      message: 'The knexfile could not be loaded: lost',
    },
    {
      which: 'that awaits a promise that never settles',
      text: 'module.exports = () => new Promise(() => {})',
      message: 'The knexfile could not be loaded: it waits for a promise that is never settled',
    },
  ])('give an error for a knexfile $which', async ({ text, message }) => {
    expect(await foundIn({ 'knexfile.js': text, 'migrations/1.js': A })).toMatchObject({ message });
  });

  it.each(['for (;;);', 'setInterval(() => {}, 10); module.exports = () => new Promise(() => {})'])(
    'is not waited for without end: %s',
    async (text) => {
      await inProject({ 'knexfile.js': text, 'migrations/1.js': A }, async (projectDir) => {
        const found = findMigrations(path.join(projectDir, 'migrations'), {
          projectDir,
          knexfileTimeout: 500,
        });
        await expect(found).rejects.toMatchObject({
          code: 'migrations-invalid',
          message: 'The knexfile could not be loaded: it took longer than 0.5 s, and was stopped',
          place: { file: path.join(projectDir, 'knexfile.js') },
        });
      });
    },
  );

  it('can use DATABASE_URL, as migrations can', async () => {
    const knexfile = `if (!process.env.DATABASE_URL) throw new Error('no database'); module.exports = { migrations: {} };`;
    expect(await foundIn({ 'knexfile.js': knexfile, 'migrations/1.js': A })).toEqual(['1.js']);
  });
});
