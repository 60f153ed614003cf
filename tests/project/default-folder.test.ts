import { cp, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { runsCode } from '#src/migrations/layouts/code/runners.js';
import { LAYOUTS } from '#src/migrations/layouts/layouts.js';
import { findDefaultFolder } from '#src/project/default-folder.js';
import { findTargets, readTargetMigrations } from '#src/project/targets.js';
import { inFolder } from '../support/folders.js';

const targetsIn = async (dir: string) => findTargets(await resolveConfig({}, {}, dir), []);
const TOOLS = LAYOUTS.map(({ name }) => name).filter((name) => !runsCode(name));

describe('without a config, the migrations of a package', () => {
  it.each(TOOLS)('are found in a default folder of %s', async (tool) => {
    const [target, ...others] = await targetsIn(path.resolve('fixtures/layouts', tool));
    expect(others).toEqual([]);
    expect(target?.detected?.layout.name).toBe(tool);
  });

  it('are not guessed if two tools have some: the error names both folders and the setting', async () => {
    await inFolder(async (dir) => {
      for (const tool of ['prisma', 'supabase'])
        await cp(path.join('fixtures/layouts', tool), dir, { recursive: true });
      const [target] = await targetsIn(dir);
      if (!target) throw new Error('No target was found.');
      await expect(readTargetMigrations(target, { stderr: () => undefined })).rejects.toMatchObject({
        code: 'migrations-invalid',
        message:
          'Found migrations in several folders: prisma/migrations (Prisma) and supabase/migrations (Supabase).',
        remedy:
          "Set `migrations` in the config to one of them: 'prisma/migrations' or 'supabase/migrations'.",
      });
    });
  });

  it.each([
    [
      'drizzle',
      'drizzle.config.ts',
      "export default defineConfig({ out: './lib/db/x', dialect: 'postgresql' })",
    ],
    ['drizzle', 'drizzle.config.json', '{ "dialect": "postgresql", "out": "./lib/db/x/" }'],
    [
      'prisma',
      'package.json',
      '{ "name": "a", "prisma": { "schema": "lib/db/schema.prisma" } }',
      'lib/db/migrations',
    ],
    ['prisma', 'prisma.config.ts', "export default defineConfig({ migrations: { path: 'lib/db/x' } })"],
    ['diesel', 'diesel.toml', '[migrations_directory]\ndir = "lib/db/x"\n'],
  ])('are those of %s in the folder that %s names', async (tool, file, text, folder = 'lib/db/x') => {
    await inFolder(async (dir) => {
      const of = tool === 'drizzle' ? 'drizzle' : tool === 'prisma' ? 'prisma/migrations' : 'migrations';
      await cp(path.join('fixtures/layouts', tool, of), path.join(dir, folder), { recursive: true });
      await writeFile(path.join(dir, file), text);
      const [target] = await targetsIn(dir);
      expect(target?.migrations).toBe(path.join(dir, folder));
      expect(target?.detected?.layout.name).toBe(tool);
    });
  });

  it('are those of the tool that the config names, although nothing in the files shows it', async () => {
    await inFolder(async (dir) => {
      await mkdir(path.join(dir, 'db/migrations'), { recursive: true });
      await writeFile(path.join(dir, 'db/migrations/1_a.sql'), 'select 1;');
      expect((await findDefaultFolder(dir, 'dbmate')).folder).toBe('db/migrations');
      expect((await findDefaultFolder(dir, 'goose')).folder).toBe('db/migrations');
    });
  });

  it('are those in `migrations`, whatever else there is', async () => {
    await inFolder(async (dir) => {
      await cp('fixtures/layouts/goose', dir, { recursive: true });
      await cp('fixtures/layouts/prisma', dir, { recursive: true });
      const [target] = await targetsIn(dir);
      expect(target?.migrations).toBe(path.join(dir, 'migrations'));
      expect(target?.detected?.conflict).toBeUndefined();
    });
  });
});
