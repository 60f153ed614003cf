import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '#src/config/load.js';
import { mistakesOf } from '#src/config/validation-errors.js';
import { userConfig } from '#src/config/schema.js';
import { expandVariables } from '#src/config/interpolate.js';
import { DriftmarkError } from '#src/errors.js';
import { inFolder } from '../support/folders.js';

const INDEX = path.resolve('dist/index.js');

describe('resolveConfig() finds a config', () => {
  it.each([
    { file: 'driftmark.config.ts', text: `const n: number = 16;\nexport default { postgresVersion: n };` },
    {
      file: 'driftmark.config.mts',
      text: `import { defineConfig } from '${INDEX}';\nexport default defineConfig({ postgresVersion: 16 });`,
    },
    { file: 'driftmark.config.js', text: 'module.exports = { postgresVersion: 16 };' },
    { file: 'driftmark.config.js', text: 'export default { postgresVersion: 16 };' },
    { file: 'driftmark.config.mjs', text: 'export default { postgresVersion: 16 };' },
    { file: 'driftmark.config.cjs', text: 'module.exports = { postgresVersion: 16 };' },
    { file: 'driftmark.config.json', text: '{ "$schema": "x.json", "postgresVersion": 16 }' },
    { file: 'package.json', text: '{ "name": "acme", "driftmark": { "postgresVersion": 16 } }' },
  ])('in $file above the working directory: $text', async ({ file, text }) => {
    await inFolder(async (dir) => {
      const cwd = path.join(dir, 'packages', 'orders');
      await mkdir(cwd, { recursive: true });
      await writeFile(path.join(cwd, 'package.json'), '{ "name": "orders" }');
      await writeFile(path.join(dir, file), text);
      expect(await loadConfig({ cwd })).toMatchObject({
        file: path.join(dir, file),
        config: { postgresVersion: 16 },
      });
    });
  });

  it('in the nearest folder that has one', async () => {
    await inFolder(async (dir) => {
      await mkdir(path.join(dir, 'near'));
      await writeFile(path.join(dir, 'driftmark.config.json'), '{ "jobs": 1 }');
      await writeFile(path.join(dir, 'near', 'driftmark.config.json'), '{ "jobs": 2 }');
      expect((await loadConfig({ cwd: path.join(dir, 'near') })).config).toEqual({ jobs: 2 });
    });
  });

  it('or uses the defaults without a config', async () => {
    await inFolder(async (cwd) => {
      expect(await loadConfig({ cwd })).toEqual({ config: {} });
    });
  });
});

describe('a config that cannot be loaded', () => {
  it.each([
    {
      file: 'driftmark.config.js',
      text: 'throw new Error("no luck");',
      said: /could not be loaded: no luck/,
    },
    { file: 'driftmark.config.json', text: '{', said: /could not be loaded/ },
    { file: 'driftmark.config.json', text: '{ "a": 1, "b": 2 }', said: /^The config has 2 problems\.$/ },
  ])('gives an error with the name of the file: $text', async ({ file, text, said }) => {
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, file), text);
      const error: unknown = await loadConfig({ cwd }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DriftmarkError);
      expect(error).toMatchObject({
        code: 'config',
        place: { file: path.join(cwd, file) },
        message: expect.stringMatching(said) as string,
      });
    });
  });
});

describe('one error lists every mistake of a config', () => {
  it.each([
    { wrong: { enginee: 'x' }, told: 'enginee: unknown setting (did you mean engine?)' },
    { wrong: { zzz: 1 }, told: 'zzz: unknown setting' },
    {
      wrong: { engine: 'embeded' },
      told: 'engine: must be one of embedded, server (got "embeded", did you mean embedded?)',
    },
    {
      wrong: { targets: [{ migratons: 'x' }] },
      told: 'targets[0].migratons: unknown setting (did you mean migrations?)',
    },
    {
      wrong: { targets: [{ engine: 'server' }] },
      told: 'targets[0].engine: is only allowed at the top level',
    },
    { wrong: { targets: ['a', 3] }, told: 'targets[1]: must be a string or an object (got 3)' },
    { wrong: { schemas: 'app' }, told: 'schemas: must be an array: write ["app"]' },
    { wrong: { down: 'no' }, told: 'down: must be true or false (got "no")' },
    { wrong: { name: '' }, told: 'name: must be a non-empty string (got "")' },
    { wrong: { postgresVersion: 13.5 }, told: 'postgresVersion: must be a whole number (got 13.5)' },
    { wrong: { postgresVersion: 13 }, told: 'postgresVersion: must be 14 or more (got 13)' },
    {
      wrong: { postgresVersion: '16' },
      told: 'postgresVersion: must be a number: write 16 without quotes',
    },
    {
      wrong: { ignore: [{ kind: 'tabel', reason: 'x' }] },
      told: /^ignore\[0\]\.kind: must be one of .* \(got "tabel", did you mean table\?\)$/,
    },
    { wrong: { ignore: [{ kind: 'table' }] }, told: 'ignore[0].reason: is missing: it must be a string' },
    {
      wrong: { ignore: [{ reason: 'x' }] },
      told: /^ignore\[0\]: must be an object with at least one of kind, schema, name and fact/,
    },
    {
      wrong: { ignore: [{ name: 'x', reason: 'x', expires: '2030-02-30' }] },
      told: 'ignore[0].expires: must be a date such as 2030-12-31 (got "2030-02-30")',
    },
    {
      wrong: { ignore: [{ kind: 'column', fact: 'defualt', reason: 'x' }] },
      told: /^ignore\[0\]\.fact: must be one of .* \(got "defualt", did you mean default\?\)$/,
    },
    {
      wrong: { reporters: ['jsn'] },
      told: /^reporters\[0\]: must be one of .* \(got "jsn", did you mean json\?\)$/,
    },
    {
      wrong: { reporters: [{ name: 'json', outputfile: 'x' }] },
      told: 'reporters[0].outputfile: unknown setting (did you mean outputFile?)',
    },
    {
      wrong: { targets: 'postgres://app:secret@db/app' },
      told: 'targets: must be an array: write ["postgres://app:***@db/app"]',
    },
    { wrong: 'x', told: 'the config: must be an object (got "x")' },
  ])('$wrong', ({ wrong, told }) => {
    const [mistake, ...others] = mistakes(wrong);
    if (typeof told === 'string') expect(mistake).toBe(told);
    else expect(mistake).toMatch(told);
    expect(others).toEqual([]);
  });

  it('also if there are many', () => {
    expect(mistakes({ jobs: 0, targets: [{ schemas: 1 }, 2], unknown: true })).toHaveLength(4);
  });
});

function mistakes(config: unknown): string[] {
  const { error } = userConfig.safeParse(config, { reportInput: true });
  return mistakesOf(userConfig, error?.issues ?? []).map(({ label, text }) => `${label}: ${text}`);
}

describe('variables in a URL of the config', () => {
  it('are replaced with the value in the environment', () => {
    expect(expandVariables('url', 'postgres://app:${PW}@${HOST}/app', { PW: 'x', HOST: 'db' })).toBe(
      'postgres://app:x@db/app',
    );
  });

  it('must be set', () => {
    expect(() => expandVariables('url', '${PW}', { PW: '' })).toThrow(
      'The environment variable PW is not set.',
    );
  });
});
