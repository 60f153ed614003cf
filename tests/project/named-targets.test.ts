import { expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { findTargets } from '#src/project/targets.js';
import { inFolder } from '../support/folders.js';
import { writeFiles } from '../support/repository.js';

/** A workspace with two packages that have migrations, and one that has none. */
const inWorkspace = (use: (cwd: string) => Promise<void>, config?: unknown): Promise<void> =>
  inFolder(async (cwd) => {
    await writeFiles(cwd, {
      'package.json': '{ "name": "root", "workspaces": ["packages/*"] }',
      'packages/a/package.json': '{ "name": "@acme/a" }',
      'packages/a/migrations/1.sql': 'SELECT 1;',
      'packages/b/package.json': '{ "name": "@acme/b" }',
      'packages/b/migrations/1.sql': 'SELECT 1;',
      'packages/ui/package.json': '{ "name": "@acme/ui" }',
      ...(config !== undefined && { 'driftmark.config.json': JSON.stringify(config) }),
    });
    await use(cwd);
  });

const namesOf = async (cwd: string, paths: readonly string[]) =>
  (await findTargets(await resolveConfig({}, {}, cwd), paths)).map(({ name }) => name);

it.each([
  { argument: 'packages/*', names: ['@acme/a', '@acme/b'] },
  { argument: '**', names: ['@acme/a', '@acme/b'] },
  { argument: 'packages/{b,ui}', names: ['@acme/b'] },
  { argument: '@acme/b', names: ['@acme/b'] },
  { argument: 'packages/a/migrations', names: ['@acme/a'] },
  { argument: 'packages/a/migrations/1.sql', names: ['@acme/a'] },
])('$argument selects $names', async ({ argument, names }) => {
  await inWorkspace(async (cwd) => {
    expect(await namesOf(cwd, [argument])).toEqual(names);
  });
});

it.each([
  { argument: 'pakages/*', error: 'pakages/* matches no package with migrations.' },
  { argument: '@acme/nosuch', error: 'No such file or folder: @acme/nosuch.' },
  { argument: 'packages/ui', error: 'No migrations found in packages/ui.' },
])('$argument is an error', async ({ argument, error }) => {
  await inWorkspace(async (cwd) => {
    await expect(namesOf(cwd, [argument])).rejects.toThrow(error);
  });
});

it('selects the package whose migrations the config puts into the folder of another one', async () => {
  await inWorkspace(
    async (cwd) => {
      expect(await namesOf(cwd, ['packages/a/migrations'])).toEqual(['root']);
    },
    { migrations: 'packages/a/migrations' },
  );
});

it('advises quoting a pattern that the shell expanded', async () => {
  await inWorkspace(async (cwd) => {
    await expect(namesOf(cwd, ['packages/a', 'packages/ui'])).rejects.toMatchObject({
      remedy: expect.stringContaining('quote the pattern') as string,
    });
  });
});

it.each([
  { targets: ['pakages/*'], error: 'No folder matches pakages/*.' },
  { targets: ['packages/u*'], error: 'No package with migrations matches "packages/u*".' },
])('refuses a pattern in the config that matches nothing: $targets', async ({ targets, error }) => {
  await inWorkspace(
    async (cwd) => {
      await expect(namesOf(cwd, [])).rejects.toThrow(error);
    },
    { targets },
  );
});
