import { describe, expect, it } from 'vitest';
import { environmentLayer, flagLayer, resolveSetting, type Flags, type Layer } from '#src/config/layers.js';
import type { UserConfig } from '#src/config/schema.js';

describe('flagLayer() has the setting of each flag', () => {
  it.each<readonly [Flags, UserConfig]>([
    [{}, {}],
    [{ schema: ['app', 'auth_*'] }, { schemas: ['app', 'auth_*'] }],
    [{ engine: 'server' }, { engine: 'server' }],
    [{ scratchUrl: 'postgres://a/b' }, { scratchUrl: 'postgres://a/b' }],
    [{ reportFormat: 'backstage' }, { reportFormat: 'backstage' }],
    [{ diagram: true }, { diagram: true }],
    [{ down: false }, { down: false }],
    [{ jobs: 3 }, { jobs: 3 }],
    [{ config: 'x.json' }, {}],
  ])('%j gives %j', (flags, values) => {
    expect(flagLayer(flags).values).toEqual(values);
  });

  it('does not set `down` without --no-down, because commander then gives true', () => {
    expect(flagLayer({ down: true }).values).toEqual({});
  });
});

describe('environmentLayer() has the setting of each variable', () => {
  it.each<readonly [NodeJS.ProcessEnv, UserConfig]>([
    [{}, {}],
    [{ DRIFTMARK_SCRATCH_URL: 'postgres://a/b' }, { scratchUrl: 'postgres://a/b' }],
    [{ DRIFTMARK_POSTGRES_BIN: '/opt/pg/bin' }, { postgresBin: '/opt/pg/bin' }],
    [{ DRIFTMARK_SCRATCH_URL: '' }, {}],
    [{ DRIFTMARK_URL: 'postgres://a/b', PGHOST: 'x' }, {}],
  ])('%j gives %j', (env, values) => {
    expect(environmentLayer(env).values).toEqual(values);
  });
});

describe('a layer names the source of a setting', () => {
  it.each<readonly [Layer, keyof UserConfig, string]>([
    [flagLayer({}), 'schemas', '--schema'],
    [flagLayer({}), 'reportFormat', '--report-format'],
    [flagLayer({}), 'diagram', '--diagram'],
    [flagLayer({}), 'down', '--no-down'],
    [flagLayer({}), 'jobs', '--jobs'],
    [flagLayer({}), 'engine', '--engine'],
    [flagLayer({}), 'scratchUrl', '--scratch-url'],
    [flagLayer({}), 'layout', 'the command line'],
    [environmentLayer({}), 'scratchUrl', 'DRIFTMARK_SCRATCH_URL'],
    [environmentLayer({}), 'postgresBin', 'DRIFTMARK_POSTGRES_BIN'],
    [environmentLayer({}), 'jobs', 'the environment'],
  ])('%#: %s', (layer, setting, origin) => {
    expect(layer.origin(setting)).toBe(origin);
  });
});

describe('resolveSetting() takes the value of the first layer that has one', () => {
  const layer = (values: UserConfig): Layer => ({ values, origin: () => JSON.stringify(values) });
  it.each<{ name: string; layers: readonly UserConfig[]; value: number | undefined }>([
    { name: 'no layer', layers: [], value: undefined },
    { name: 'no layer with a value', layers: [{}, { down: true }], value: undefined },
    { name: 'the only one', layers: [{ jobs: 1 }], value: 1 },
    { name: 'the first of two', layers: [{ jobs: 1 }, { jobs: 2 }], value: 1 },
    {
      name: 'the second, if the first does not have the setting',
      layers: [{ down: true }, { jobs: 2 }],
      value: 2,
    },
  ])('$name', ({ layers, value }) => {
    expect(resolveSetting(layers.map(layer), 'jobs')?.value).toBe(value);
  });

  it.each<readonly [keyof UserConfig, UserConfig]>([
    ['down', { down: false }],
    ['schemas', { schemas: [] }],
    ['diagram', { diagram: false }],
  ])('a value of %s that is false or empty hides those of weaker layers', (setting, values) => {
    const layers = [layer(values), layer({ down: true, schemas: ['x'], diagram: true })];
    expect(resolveSetting(layers, setting)?.value).toEqual(values[setting]);
  });
});
