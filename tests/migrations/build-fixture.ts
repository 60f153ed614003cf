import path from 'node:path';
import { LAYOUTS } from '#src/migrations/layouts/layouts.js';
import { detectMigrations, readMigrations } from '#src/migrations/migrations.js';
import { build, type Built } from '#src/replay/replay.js';
import type { ScratchServer } from '#src/scratch/scratch.js';
import { withPackages } from '../support/npm-install.js';
import { packagesOf } from '../support/tool-packages.js';

/**
 * One project for each layout, in `fixtures/layouts/<layout>`, and `<layout>.js` if a tool runs both SQL and code. All create
 * the same schema in the same five migrations, which are called customers, orders, sent, label and customer_index.
 */
export const FIXTURES = path.resolve('fixtures/layouts');

/** Which of the five migrations it is. */
export const stepOf = ({ name }: { readonly name: string }) =>
  /customers|orders|sent|label|customer_index/.exec(name)?.[0];

/** The migrations of a project, in the first default folder of any layout that holds some. */
export async function detectIn(dir: string) {
  for (const folder of new Set(LAYOUTS.flatMap(({ defaultFolders }) => defaultFolders))) {
    const migrations = path.join(dir, folder);
    const detected = await detectMigrations(migrations, dir);
    if (detected) return { detected, migrations };
  }
  throw new Error(`No migrations found in ${dir}.`);
}

/** Builds the schema of a project, and tries its down migrations. */
export async function buildProject(dir: string, server: ScratchServer): Promise<Built> {
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
    { server: Promise.resolve(server), notice: () => undefined, output: () => undefined },
  );
}

/**
 * Builds the schema of a fixture. Migrations that are code run with packages that are installed first.
 *
 * @returns or the reason why the packages are not available
 */
export function buildFixture(
  name: string,
  server: ScratchServer,
  packages: readonly string[] = packagesOf(name),
): Promise<Built | { readonly unavailable: string }> {
  const dir = path.join(FIXTURES, name);
  if (packages.length === 0) return buildProject(dir, server);
  return withPackages(dir, packages, (copy) => buildProject(copy, server));
}
