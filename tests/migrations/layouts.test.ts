import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { LAYOUTS } from '#src/migrations/layouts/layouts.js';
import { readMigrations } from '#src/migrations/migrations.js';
import type { Built } from '#src/replay/replay.js';
import { runsAll } from '../support/selection.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { isInstalled, OTHER_VERSIONS } from '../support/tool-packages.js';
import { buildFixture, buildProject, detectIn, FIXTURES, stepOf } from './build-fixture.js';

const NAMES = readdirSync(FIXTURES).sort();

let test: TestServer;
let made: Promise<Built> | undefined;
/** What every fixture creates. */
const expected = () => (made ??= buildProject(path.join(FIXTURES, 'sql'), test.server));
beforeAll(async () => {
  // Each reading of what changed is compared with a reading of everything.
  vi.stubEnv('DRIFTMARK_VERIFY_READINGS', '1');
  test = await startServer();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await test.stop();
});

it('has a fixture for each layout', () => {
  // The tests of knex are in tests/migrations/knex-run.test.ts.
  const expected = LAYOUTS.map(({ name }) => name).filter((name) => name !== 'knex');
  expect(NAMES).toEqual(expect.arrayContaining(expected));
});

/** A schema file has no migrations: tests/migrations/layouts/schema.test.ts. */
const WITH_MIGRATIONS = NAMES.filter((name) => name !== 'schema');

describe.each(WITH_MIGRATIONS)('the layout %s', (name) => {
  it('is detected without a config', async () => {
    const { detected } = await detectIn(path.join(FIXTURES, name));
    expect(detected.layout.name).toBe(name.replace(/\.js$/, ''));
    expect(detected.conflict).toBeUndefined();
  });

  it('runs the migrations in order', async () => {
    const { detected } = await detectIn(path.join(FIXTURES, name));
    const { migrations } = await readMigrations(detected);
    expect(migrations.map(stepOf)).toEqual(['customers', 'orders', 'sent', 'label', 'customer_index']);
  });

  it('creates the same schema as every other layout, and tries the down migrations', async (context) => {
    if (!isInstalled(name)) return context.skip('its packages are installed with all tests');
    const built = await buildFixture(name, test.server);
    if ('unavailable' in built) return context.skip(built.unavailable);
    expect(built.schema).toEqual((await expected()).schema);
    const failed = built.failedDowns.map(({ migration, error }) => [
      stepOf({ name: migration }),
      error?.message,
    ]);
    const { migrations } = await readMigrations((await detectIn(path.join(FIXTURES, name))).detected);
    // A value of an enum cannot be removed.
    expect(failed).toEqual(migrations.some(({ hasDown }) => hasDown) ? [['sent', undefined]] : []);
  });
});

it.runIf(runsAll).each(OTHER_VERSIONS)('runs the migrations of $fixture with $packages', async (version) => {
  const built = await buildFixture(version.fixture, test.server, version.packages);
  if ('unavailable' in built) throw new Error(built.unavailable);
  expect(built.schema).toEqual((await expected()).schema);
});
