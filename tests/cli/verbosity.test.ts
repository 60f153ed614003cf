import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';

const STORY = path.resolve('fixtures/stories/roles-and-setup');

it('--verbose prints each statement with its time, --timings each phase: on stderr', async () => {
  await inFolder(async (cwd) => {
    const { code, stdout, stderr } = await driftmark(['check', '--verbose', '--timings'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ .*\n$/);
    // Of the setting `roles`, of the set-up file, and of a migration.
    for (const statement of [
      'CREATE ROLE',
      'CREATE SCHEMA|CREATE EXTENSION|CREATE TYPE|CREATE DOMAIN',
      'CREATE TABLE',
    ])
      expect(stderr).toMatch(new RegExp(`^ *\\d+\\.\\d ms {2}(${statement})`, 'm'));
    const phases = [...stderr.matchAll(/^([a-z ]+?) +\d+ ms(?: {2}\d+ times)?$/gm)].map(([, phase]) => phase);
    expect(phases).toEqual(
      expect.arrayContaining(['loading', 'server start', 'database', 'migrations', 'reading', 'rendering']),
    );
    expect(phases.at(-1)).toBe('total');
  }, STORY);
});

it('--quiet prints nothing where all is well, whatever migrations print', async () => {
  await inFolder(async (cwd) => {
    await writeFile(
      path.join(cwd, 'migrations', '20260201090000_seed.js'),
      `console.log('psst'); exports.up = async () => {}; exports.down = async () => {};`,
    );
    expect(await driftmark(['update', '--quiet'], { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
  }, path.resolve('fixtures/stories/failing-knex-migration'));
});
