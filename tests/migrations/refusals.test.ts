import { describe, expect, it } from 'vitest';
import type { DriftmarkError } from '#src/errors.js';
import { detectMigrations, readMigrations, type LayoutName } from '#src/migrations/migrations.js';
import path from 'node:path';
import { inProject, type Files } from './project.js';

/** The error with which the folder `migrations` of a project is refused. */
const refusalOf = (files: Files, layout?: LayoutName): Promise<DriftmarkError> =>
  inProject(files, async (dir) => {
    const detected = await detectMigrations(path.join(dir, 'migrations'), dir, layout);
    if (!detected) throw new Error('nothing was detected');
    return readMigrations(detected).then(
      ({ layout: read }) => {
        throw new Error(`it was read as ${read}`);
      },
      (error: unknown) => error as DriftmarkError,
    );
  });

const read = (files: Files, layout?: LayoutName): Promise<string> =>
  inProject(files, async (dir) => {
    const detected = await detectMigrations(path.join(dir, 'migrations'), dir, layout);
    return detected ? (await readMigrations(detected)).layout : 'nothing';
  });

describe('SQL files of another tool', () => {
  it.each([
    { text: '-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;', tool: 'dbmate' },
    { text: '-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;', tool: 'goose' },
    { text: '-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 2;', tool: 'sql-migrate' },
    { text: '-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;', tool: 'node-pg-migrate' },
  ])('of $tool are never run as plain SQL, and read by its layout otherwise', async ({ text, tool }) => {
    const files = { 'migrations/1_a.sql': text };
    const error = await refusalOf(files, 'sql');
    expect(error).toMatchObject({ code: 'migrations-invalid', place: { line: 1 } });
    expect(error.place.file).toMatch(/1_a\.sql$/);
    expect(error.message).toContain(text.split('\n')[0]);
    expect(error.remedy).toContain(`layout: '${tool}'`);
    expect(await read(files)).toBe(tool);
  });

  it.each([
    { mark: '--liquibase formatted sql', says: 'Liquibase' },
    { mark: '--changeset me:1', says: 'Liquibase' },
    { mark: '-- //@UNDO', says: 'MyBatis' },
    { mark: '-- Down', says: 'a section `-- Down`' },
    { mark: '-- @down', says: 'a section' },
    { mark: '---- ROLLBACK ----', says: 'a section' },
    { mark: '-- undo migration', says: 'a section' },
    { mark: '-- !Downs', says: 'Play Evolutions' },
    { mark: '--- DOWN', says: 'a section' },
    { mark: '-- MIGRATE:DOWN', says: 'a section' },
    { mark: '-- +micrate Down', says: 'micrate' },
    { mark: '-- +other Down', says: 'a section' },
    { mark: '-- [down]', says: 'a section' },
    { mark: '/* down */', says: 'a section' },
    { mark: '-- Revert:', says: 'a section' },
    { mark: '-- ==== Rollback script ====', says: 'a section' },
    { mark: '-- <DownMigration>', says: 'a section' },
    { mark: '-- Roll back', says: 'a section' },
    { mark: '-- depends: 0_x', says: 'yoyo' },
  ])('with the line $mark are refused', async ({ mark, says }) => {
    const error = await refusalOf(
      { 'migrations/1_a.sql': `create table a ();\n${mark}\ndrop table a;\n` },
      'sql',
    );
    expect(error.message).toContain(says);
    expect(error.place).toMatchObject({ line: 2, column: 1 });
  });

  it('with an indented mark are refused', async () => {
    const error = await refusalOf(
      { 'migrations/1_a.sql': 'create table a ();\n  -- down\ndrop table a;\n' },
      'sql',
    );
    expect(error.place).toMatchObject({ line: 2, column: 3 });
    const marked = '-- migrate:up\nselect 1;\n\t-- migrate:down\nselect 2;';
    expect((await refusalOf({ 'migrations/1_a.sql': marked }, 'sql')).message).toContain('dbmate reads');
  });

  it('with two headings that differ in the direction are refused', async () => {
    const labels =
      '-- UP: create users\nselect 1;\n-- DOWN: remove users again, and all of their rows\nselect 2;';
    expect((await refusalOf({ 'migrations/1_a.sql': labels })).place).toMatchObject({ line: 3 });
    const text = '-- db-tool: apply\nselect 1;\n-- db-tool: undo\nselect 2;';
    expect((await refusalOf({ 'migrations/1_a.sql': text })).message).toContain('`-- db-tool: undo`');
  });

  it('are not refused for headings in a file that only runs down', async () => {
    const files = {
      'migrations/1_a/up.sql': '-- Up Migration\nselect 1;',
      'migrations/1_a/down.sql': '-- Rollback\nselect 2;',
    };
    expect(await read(files)).toBe('diesel');
    const dbmate = '-- migrate:up\nselect 1;\n-- migrate:down\n-- Rollback\nselect 2;';
    expect(await read({ 'migrations/1_a.sql': dbmate + dbmate.replace('-- m', '\n-- m') })).toBe('dbmate');
  });

  it.each([
    { which: 'a heading with nothing after it', text: 'create table a ();\n-- Down\n' },
    { which: 'a mark in a string', text: "select '\n-- migrate:down\n';" },
    { which: 'a mark in a body', text: 'do $$\n-- +goose Down\nbegin end $$;' },
    { which: 'a mark in a comment', text: '/*\n-- Down\n*/ select 1;' },
    { which: 'a comment on one statement', text: 'select 1;\n-- roll down the blinds\nselect 2;' },
    { which: 'a comment behind a statement', text: 'select 1; -- down\nselect 2;' },
    { which: 'a label', text: 'select 1;\n-- Rollback: drop the table by hand, please\nselect 2;' },
    { which: 'prose', text: '-- roll down the table, then go up\nselect 1;' },
  ])('are plain SQL with $which', async ({ text }) => {
    expect(await read({ 'migrations/1_a.sql': text })).toBe('sql');
  });

  it('are plain SQL if the heading is in a file of that direction', async () => {
    const files = {
      'migrations/1_a.up.sql': '-- Up Migration\nselect 1;',
      'migrations/1_a.down.sql': '-- Down\nselect 2;',
    };
    expect(await read(files)).toBe('sql');
  });

  it('are refused if two tools left their marks', async () => {
    const error = await refusalOf({
      'migrations/1_a.sql': '-- +goose Up\nselect 1;',
      'migrations/2_b.sql': '-- migrate:up\nselect 1;\n-- migrate:down\n',
    });
    expect(error.message).toMatch(/could contain migrations of (dbmate or goose|goose or dbmate)/);
    expect(error.remedy).toMatch(/'dbmate' or 'goose'/);
    expect(error.details.map(({ text }) => text)).toEqual([
      expect.stringMatching(/2_b\.sql:1 {2}`-- migrate:up`/),
      expect.stringMatching(/1_a\.sql:1 {2}`-- \+goose Up`/),
    ]);
  });
});

describe('migrations in another language', () => {
  it.each(['2_fill.up.go', '2_fill.py', '0002_fill.rs', 'V2__Fill.java', '2_fill.sql.gz'])(
    'among SQL: %s is refused',
    async (name) => {
      const error = await refusalOf({ 'migrations/1_a.sql': 'select 1;', [`migrations/${name}`]: '' }, 'sql');
      expect(error.message).toContain(`${name} is not SQL`);
    },
  );

  it.each(['2_fill_test.go', 'embed.go', 'README.md', 'helpers.js'])('is not %s', async (name) => {
    expect(await read({ 'migrations/1_a.sql': 'select 1;', [`migrations/${name}`]: '' })).toBe('sql');
  });
});

describe('JavaScript and TypeScript of other libraries', () => {
  it.each([
    { title: 'node-pg-migrate', text: "exports.up = (pgm) => { pgm.createTable('a', {}); };" },
    {
      title: 'Sequelize',
      text: 'module.exports = {\n  up: (queryInterface, Sequelize) => queryInterface.createTable() };',
    },
    {
      title: 'TypeORM',
      text: "import { MigrationInterface, QueryRunner } from 'typeorm';\nexport class A implements MigrationInterface {}",
    },
    {
      title: 'Kysely',
      text: "import { type Kysely } from 'kysely';\nexport async function up(db: Kysely<any>) {}",
    },
    {
      title: 'MikroORM',
      text: "import { Migration } from '@mikro-orm/migrations';\nexport class A extends Migration {}",
    },
    {
      title: 'db-migrate',
      text: 'exports.setup = function (options) {};\nexports.up = (db) => db.runSql();',
    },
  ])('of $title are not run with knex', async ({ title, text }) => {
    const error = await refusalOf({ 'migrations/1_a.ts': text }, 'knex');
    expect(error).toMatchObject({
      code: 'migrations-invalid',
      place: { line: expect.any(Number) as number },
    });
    expect(error.message).toContain(title);
  });

  it('run with knex if they mention it', async () => {
    expect(
      await read({ 'migrations/1_a.js': '// was queryInterface once\nexports.up = (knex) => knex.raw("");' }),
    ).toBe('knex');
  });
});
