import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { fetchPackage } from '../support/npm-package.js';
import { runsAll } from '../support/selection.js';

/**
 * Real migrations of published packages. The repository tooling of Backstage created the reference report from
 * the first of them. Without a registry, the tests are skipped, with the reason.
 */
const REFERENCE = path.resolve('fixtures/auth/report.sql.md');

describe.runIf(runsAll)('@backstage/plugin-auth-backend@0.25.4', () => {
  it('is in sync with the reference report of Backstage, which update does not change', async (context) => {
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

const SPECS = [
  '@backstage/plugin-auth-backend@0.25.2',
  '@backstage/plugin-auth-backend@0.25.7',
  '@backstage/plugin-auth-backend@0.30.1',
  '@backstage/plugin-app-backend@0.5.18',
  // Some of its down migrations throw.
  '@backstage-community/plugin-playlist-backend@0.25.0',
];

/** All packages, as targets of one command. */
describe.runIf(runsAll).each(['backstage', 'full'])('the %s reports of published packages', (format) => {
  it('are the same after a second update, and in sync', async (context) => {
    const fetched = await Promise.all(SPECS.map(fetchPackage));
    const dirs = fetched.flatMap((each) => (each.unavailable === undefined ? [each.dir] : []));
    const missing = fetched.find((each) => each.unavailable !== undefined);
    if (missing) return context.skip(missing.unavailable);
    await inFolder(async (cwd) => {
      const folders = SPECS.map((_, at) => `package-${at}`);
      for (const [at, dir] of dirs.entries())
        await cp(dir, path.join(cwd, `package-${at}`), { recursive: true });
      const made: string[][] = [];
      for (let time = 0; time < 2; time++) {
        for (const folder of folders) await rm(path.join(cwd, folder, 'report.sql.md'), { force: true });
        // The second time, each reading of what changed is compared with a reading of everything.
        const env = time === 0 ? {} : { DRIFTMARK_VERIFY_READINGS: '1' };
        expect((await driftmark(['update', '--report-format', format, ...folders], { cwd, env })).code).toBe(
          0,
        );
        made.push(
          await Promise.all(folders.map((each) => readFile(path.join(cwd, each, 'report.sql.md'), 'utf8'))),
        );
      }
      expect(made[1]).toEqual(made[0]);
      const { code, stdout } = await driftmark(['check', ...folders], { cwd });
      expect(stdout.match(/^✓ .* in sync /gm)).toHaveLength(SPECS.length);
      expect(code).toBe(0);
    });
  });
});
