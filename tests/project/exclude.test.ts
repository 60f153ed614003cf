import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { findTargets, readTargetMigrations } from '#src/project/targets.js';
import { inFolder } from '../support/folders.js';
import { writeFiles, type Files } from '../support/repository.js';

const KNEX = 'exports.up = exports.down = async () => {};';

async function migrationsOf(files: Files, exclude: readonly string[]): Promise<readonly string[]> {
  return inFolder(async (cwd) => {
    await writeFiles(cwd, {
      ...files,
      'package.json': '{ "name": "harbour" }',
      'driftmark.config.json': JSON.stringify({ exclude }),
    });
    const [target] = await findTargets(await resolveConfig({}, {}, cwd), []);
    if (!target) throw new Error('No target was found.');
    return (await readTargetMigrations(target, {})).migrations.map(({ name }) => name);
  });
}

describe('the setting `exclude` leaves out', () => {
  it.each([
    {
      of: 'a file by its name',
      files: { 'migrations/1_a.sql': 'SELECT 1;', 'migrations/fix_data.sql': 'SELECT 2;' },
      exclude: ['fix_data.sql'],
      left: ['1_a.sql'],
    },
    {
      of: 'files by a glob',
      files: {
        'migrations/1_a.sql': 'SELECT 1;',
        'migrations/x1.sql': 'SELECT 1;',
        'migrations/x2.sql': 'SELECT 2;',
      },
      exclude: ['x*.sql'],
      left: ['1_a.sql'],
    },
    {
      of: 'a migration in another language',
      files: { 'migrations/1_a.sql': 'SELECT 1;', 'migrations/2_b.go': 'package main' },
      exclude: ['*.go'],
      left: ['1_a.sql'],
    },
    {
      of: 'a file of a folder that a knexfile names',
      files: {
        'knexfile.js': "module.exports = { client: 'pg', migrations: { directory: './migrations' } };",
        'migrations/1_a.js': KNEX,
        'migrations/helpers.js': KNEX,
      },
      exclude: ['helpers.js'],
      left: ['1_a.js'],
    },
  ])('$of', async ({ files, exclude, left }) => {
    expect(await migrationsOf(files, exclude)).toEqual(left);
  });
});
