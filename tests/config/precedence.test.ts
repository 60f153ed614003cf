import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '#src/config/config.js';
import { inFolder } from '../support/folders.js';

const CONFIG = {
  scratchUrl: 'postgres://file/db',
  postgresBin: 'bin-of-file',
  jobs: 2,
  schemas: ['file'],
  reportFormat: 'backstage',
  down: true,
};

describe('the sources of settings, from the strongest to the weakest', () => {
  it.each([
    {
      case: 'flags',
      flags: { scratchUrl: 'postgres://flag/db', jobs: 8 },
      env: { DRIFTMARK_SCRATCH_URL: 'postgres://env/db' },
      config: CONFIG,
      engine: { engine: 'server', scratchUrl: 'postgres://flag/db' },
      jobs: 8,
    },
    {
      case: 'environment',
      env: { DRIFTMARK_SCRATCH_URL: 'postgres://env/db', DRIFTMARK_POSTGRES_BIN: '/bin-of-env' },
      config: CONFIG,
      engine: { engine: 'server', scratchUrl: 'postgres://env/db', postgresBin: '/bin-of-env' },
      jobs: 2,
    },
    {
      case: 'file, and an empty variable does not count',
      env: { DRIFTMARK_SCRATCH_URL: '' },
      config: CONFIG,
      engine: { engine: 'server', scratchUrl: 'postgres://file/db' },
      jobs: 2,
    },
    { case: 'defaults', engine: { engine: 'embedded' } },
  ])('$case', async ({ flags = {}, env = {}, config, engine, jobs }) => {
    await inFolder(async (cwd) => {
      if (config) await writeFile(path.join(cwd, 'driftmark.config.json'), JSON.stringify(config));
      const resolved = await resolveConfig(flags, env, cwd);
      expect(resolved.engine).toMatchObject(engine);
      expect(resolved.jobs).toBe(jobs);
    });
  });

  it('the setting `engine` wins over a configured scratchUrl', async () => {
    await inFolder(async (cwd) => {
      // The variable in the URL is not needed then.
      await writeFile(
        path.join(cwd, 'driftmark.config.json'),
        '{ "scratchUrl": "postgres://${NOWHERE}/db" }',
      );
      const { engine } = await resolveConfig({ engine: 'embedded' }, {}, cwd);
      expect(engine).toEqual({ engine: 'embedded' });
    });
  });

  it('flags override the settings of each target', async () => {
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'driftmark.config.json'), JSON.stringify(CONFIG));
      const flags = { schema: ['flag'], reportFormat: 'full', down: false } as const;
      const { overrides } = await resolveConfig({ ...flags, schema: ['flag'] }, {}, cwd);
      expect(overrides).toEqual({ schemas: ['flag'], reportFormat: 'full', down: false });
    });
  });

  it('an absent flag does not override the config', async () => {
    await inFolder(async (cwd) => {
      // The value of commander for an absent --no-down.
      expect((await resolveConfig({ down: true }, {}, cwd)).overrides).toEqual({});
    });
  });

  it('paths in a config are relative to it, and paths in the environment to the working directory', async () => {
    await inFolder(async (dir) => {
      const cwd = path.join(dir, 'package');
      await mkdir(cwd);
      await writeFile(path.join(dir, 'driftmark.config.json'), '{ "postgresBin": "bin" }');
      expect((await resolveConfig({}, {}, cwd)).engine.postgresBin).toBe(path.join(dir, 'bin'));
      const env = { DRIFTMARK_POSTGRES_BIN: 'bin' };
      expect((await resolveConfig({}, env, cwd)).engine.postgresBin).toBe(path.join(cwd, 'bin'));
    });
  });
});
