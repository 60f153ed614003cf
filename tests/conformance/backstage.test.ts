import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { fetchPackage } from '../support/npm-package.js';

/**
 * Real migrations of published packages. The reference report was made by Backstage's own repository tooling from
 * the first of them. Without a registry in reach the tests are skipped, and say why.
 */
const REFERENCE = path.resolve('fixtures/auth/report.sql.md');

describe('@backstage/plugin-auth-backend@0.25.4', () => {
  it('is in sync with the reference report, which update leaves as it is', async (context) => {
    const fetched = await fetchPackage('@backstage/plugin-auth-backend@0.25.4');
    if (fetched.unavailable !== undefined) return context.skip(fetched.unavailable);
    await inFolder(async (cwd) => {
      const reference = await readFile(REFERENCE);
      const report = path.join(cwd, 'report.sql.md');
      await writeFile(report, reference);
      const checked = await driftmark(['check'], { cwd });
      expect(checked.stdout).toMatch(
        /^✓ @backstage\/plugin-auth-backend {3}in sync \(8 migrations, 6 tables, /,
      );
      expect(checked.code).toBe(0);
      expect((await driftmark(['update'], { cwd })).code).toBe(0);
      expect(await readFile(report)).toEqual(reference);
    }, fetched.dir);
  });
});

describe.each([
  '@backstage/plugin-auth-backend@0.25.2',
  '@backstage/plugin-auth-backend@0.25.7',
  '@backstage/plugin-auth-backend@0.30.1',
  '@backstage/plugin-app-backend@0.5.18',
  '@backstage-community/plugin-playlist-backend@0.25.0',
])('%s', (spec) => {
  it.for(['backstage', 'full'])(
    'gets the same %s report twice, and is in sync with it',
    async (format, context) => {
      const fetched = await fetchPackage(spec);
      if (fetched.unavailable !== undefined) return context.skip(fetched.unavailable);
      await inFolder(async (cwd) => {
        const report = path.join(cwd, 'report.sql.md');
        const made: Buffer[] = [];
        for (let time = 0; time < 2; time++) {
          await rm(report, { force: true });
          expect((await driftmark(['update', '--report-format', format], { cwd })).code).toBe(0);
          made.push(await readFile(report));
        }
        expect(made[1]).toEqual(made[0]);
        expect((await driftmark(['check'], { cwd })).code).toBe(0);
      }, fetched.dir);
    },
  );
});
