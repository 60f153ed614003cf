import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { invocationIn } from '#src/project/invocation.js';
import { inFolder } from '../support/folders.js';
import { writeFiles } from '../support/repository.js';

const PACKAGE = { 'package.json': '{}' };

describe('how driftmark is run in a project', () => {
  it.each([
    { files: { ...PACKAGE, 'package-lock.json': '{}' }, invocation: 'npx driftmark' },
    { files: { ...PACKAGE, 'pnpm-lock.yaml': '' }, invocation: 'pnpm exec driftmark' },
    { files: { ...PACKAGE, 'yarn.lock': '' }, invocation: 'yarn driftmark' },
    { files: { ...PACKAGE, 'bun.lock': '' }, invocation: 'bunx driftmark' },
    { files: { 'package.json': '{ "packageManager": "pnpm@10.1.0" }' }, invocation: 'pnpm exec driftmark' },
    { files: { 'package.json': '{ "packageManager": "yarn@4.9.1" }' }, invocation: 'yarn driftmark' },
    { files: { 'package.json': 'not JSON', 'yarn.lock': '' }, invocation: 'yarn driftmark' },
    { files: PACKAGE, invocation: 'npx driftmark' },
    { files: PACKAGE, agent: 'pnpm/10.1.0 npm/? node/v22.1.0 linux x64', invocation: 'pnpm dlx driftmark' },
    { files: {}, agent: 'yarn/4.9.1 npm/? node/v22.1.0 linux x64', invocation: 'yarn dlx driftmark' },
    { files: {}, agent: 'bun/1.2.0 npm/? node/v22.1.0 linux x64', invocation: 'bunx driftmark' },
    { files: {}, agent: 'npm/11.0.0 node/v22.1.0 linux x64 workspaces/false', invocation: 'npx driftmark' },
    {
      files: { ...PACKAGE, 'yarn.lock': '' },
      agent: 'npm/11.0.0 node/v22.1.0',
      invocation: 'yarn driftmark',
    },
  ])('is $invocation for $files started by $agent', async ({ files, agent, invocation }) => {
    await inFolder(async (dir) => {
      await writeFiles(dir, files);
      await mkdir(path.join(dir, 'packages/a'), { recursive: true });
      expect(await invocationIn(dir, agent)).toBe(invocation);
      expect(await invocationIn(path.join(dir, 'packages/a'), agent)).toBe(invocation);
    });
  });
});
