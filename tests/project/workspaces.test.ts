import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { findTargets } from '#src/project/targets.js';
import { findWorkspaces } from '#src/project/workspaces.js';
import { inFolder } from '../support/folders.js';

const PACKAGES = ['packages/app', 'packages/orders', 'packages/orders/node_modules/dep', 'plugins/auth'];

async function inWorkspace(files: Readonly<Record<string, string>>, use: (dir: string) => Promise<void>) {
  await inFolder(async (dir) => {
    for (const each of PACKAGES) {
      await mkdir(path.join(dir, each, 'migrations'), { recursive: true });
      await writeFile(
        path.join(dir, each, 'package.json'),
        JSON.stringify({ name: `@acme/${path.basename(each)}` }),
      );
      if (each !== 'packages/app')
        await writeFile(path.join(dir, each, 'migrations', '001_init.sql'), 'CREATE TABLE t (id int);');
    }
    await mkdir(path.join(dir, 'packages', 'notes'));
    for (const [name, text] of Object.entries(files)) await writeFile(path.join(dir, name), text);
    await use(dir);
  });
}

describe('the packages of a workspace', () => {
  it.each([
    {
      files: { 'package.json': '{ "workspaces": ["packages/*"] }' },
      found: ['packages/app', 'packages/orders'],
    },
    {
      files: { 'package.json': '{ "workspaces": { "packages": ["./packages/*/", "plugins/*"] } }' },
      found: ['packages/app', 'packages/orders', 'plugins/auth'],
    },
    {
      files: { 'package.json': '{}', 'pnpm-workspace.yaml': 'packages:\n  - "packages/**"\n  - "!**/app"\n' },
      found: ['packages/orders'],
    },
    { files: { 'package.json': '{ "workspaces": ["plugins/auth"] }' }, found: ['plugins/auth'] },
  ])('$files', async ({ files, found }) => {
    await inWorkspace(files, async (dir) => {
      const packages = await findWorkspaces(dir);
      expect(packages?.map((each) => path.relative(dir, each))).toEqual(['', ...found]);
    });
  });

  it.each([
    { files: { 'package.json': '{}' } },
    { files: {} },
    { files: { 'pnpm-workspace.yaml': 'minimumReleaseAge: 1440\n' } },
  ])('do not exist: $files', async ({ files }) => {
    await inWorkspace(files, async (dir) => {
      expect(await findWorkspaces(dir)).toBeUndefined();
    });
  });

  it.each([{ files: { 'package.json': '{' } }, { files: { 'pnpm-workspace.yaml': 'packages: [' } }])(
    'cannot be read: $files',
    async ({ files }) => {
      await inWorkspace(files, async (dir) => {
        await expect(findWorkspaces(dir)).rejects.toMatchObject({ code: 'file-failed' });
      });
    },
  );
});

describe('the targets at the root of a workspace', () => {
  const targetsIn = async (cwd: string) =>
    (await findTargets(await resolveConfig({}, {}, cwd), [])).map(({ name }) => name);

  it('are the packages with migrations', async () => {
    await inWorkspace({ 'package.json': '{ "workspaces": ["packages/*", "plugins/*"] }' }, async (dir) => {
      expect(await targetsIn(dir)).toEqual(['@acme/orders', '@acme/auth']);
    });
  });

  it('are the packages at or below the working directory, also with a config without targets', async () => {
    const files = {
      'package.json': '{ "workspaces": ["packages/*", "plugins/*"] }',
      'driftmark.config.json': '{ "postgresVersion": 18 }',
    };
    await inWorkspace(files, async (dir) => {
      expect(await targetsIn(dir)).toEqual(['@acme/orders', '@acme/auth']);
      expect(await targetsIn(path.join(dir, 'plugins'))).toEqual(['@acme/auth']);
    });
  });

  it('are the targets of the config, if it has targets', async () => {
    const files = {
      'package.json': '{ "workspaces": ["packages/*", "plugins/*"] }',
      'driftmark.config.json': '{ "targets": ["plugins/*"] }',
    };
    await inWorkspace(files, async (dir) => {
      expect(await targetsIn(dir)).toEqual(['@acme/auth']);
    });
  });
});
