import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAYOUTS } from '#src/migrations/layouts/layouts.js';
import { detectMigrations, readMigrations } from '#src/migrations/migrations.js';
import { build, type Built } from '#src/replay/replay.js';
import { startServer, type TestServer } from '../support/own-server.js';

/**
 * One project for each layout, in `fixtures/layouts/<layout>`. All create the same schema in the same five migrations, which
 * are called customers, orders, sent, label and customer_index.
 */
const ROOT = path.resolve('fixtures/layouts');
/** Layouts whose migrations are code: tests/migrations/knex-run.test.ts. */
const IS_CODE = LAYOUTS.filter(({ code }) => code !== undefined).map(({ name }) => name);
const FIXTURES = readdirSync(ROOT).sort();

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

it('has a fixture for each layout of SQL files', () => {
  expect(FIXTURES).toEqual(
    expect.arrayContaining(LAYOUTS.map(({ name }) => name).filter((name) => !IS_CODE.includes(name))),
  );
});

async function buildFixture(name: string): Promise<Built> {
  const dir = path.join(ROOT, name);
  const { detected, migrations } = await detectIn(dir);
  const folder = await readMigrations(detected);
  const target = {
    name: 'shop',
    dir,
    detected,
    migrations,
    report: path.join(dir, 'report.sql.md'),
    // The schema is the same without what a platform grants by default.
    settings: { platform: 'none' as const },
  };
  return build(
    { target, folder, format: 'full', down: true },
    { server: Promise.resolve(test.server), notice: () => undefined, output: () => undefined },
  );
}

/** Which of the five migrations it is. */
const stepOf = ({ name }: { readonly name: string }) =>
  /customers|orders|sent|label|customer_index/.exec(name)?.[0];

/** The migrations of a project, in the first default folder of any layout that holds some. */
async function detectIn(dir: string) {
  for (const folder of new Set(LAYOUTS.flatMap(({ defaultFolders }) => defaultFolders))) {
    const migrations = path.join(dir, folder);
    const detected = await detectMigrations(migrations, dir);
    if (detected) return { detected, migrations };
  }
  throw new Error(`There are no migrations in ${dir}.`);
}

describe.each(FIXTURES)('the layout %s', (name) => {
  it('is detected without a config', async () => {
    const { detected } = await detectIn(path.join(ROOT, name));
    expect(detected.layout.name).toBe(name);
    expect(detected.conflict).toBeUndefined();
  });

  it('runs the migrations in order', async () => {
    const { detected } = await detectIn(path.join(ROOT, name));
    const { migrations } = await readMigrations(detected);
    expect(migrations.map(stepOf)).toEqual(['customers', 'orders', 'sent', 'label', 'customer_index']);
  });

  it('creates the same schema as every other layout, and tries the downs that there are', async () => {
    const [expected, built] = [await buildFixture('sql'), await buildFixture(name)];
    expect(built.schema).toEqual(expected.schema);
    const failed = built.failedDowns.map(({ migration, error }) => [
      stepOf({ name: migration }),
      error?.message,
    ]);
    const { migrations } = await readMigrations((await detectIn(path.join(ROOT, name))).detected);
    // A value of an enum cannot be removed.
    expect(failed).toEqual(migrations.some(({ hasDown }) => hasDown) ? [['sent', undefined]] : []);
  });
});
