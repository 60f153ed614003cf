import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';

const STALE = path.resolve('fixtures/stories/stale');

describe('driftmark check, told which classes fail', () => {
  it('check fails for every class of change by default, or only for the classes that are named', async () => {
    const run = (...args: string[]) => driftmarkOnSharedServer(['check', ...args], { cwd: STALE });
    expect(await run()).toMatchObject({ code: 2 });
    expect(await run('--fail-on', 'additive')).toMatchObject({ code: 2 });
    expect(await run('--ignore', 'breaking,additive')).toMatchObject({ code: 2 });
    const told = await run('--ignore', 'breaking,additive', '--ignore', 'physical');
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(
      /^✓ @acme\/orders {3}report\.sql\.md is out of date: 3 changes.*, all ignored \(/m,
    );
    expect(told.stdout).toMatch(/- index orders_total_idx .*ignored/m);
    expect(told.stdout).toContain('Accept with npx driftmark update');
  });

  it('check fails for a difference without a class, even if all classes are ignored', async () => {
    await inFolder(async (cwd) => {
      const file = path.join(cwd, 'report.sql.md');
      await writeFile(file, (await readFile(file, 'utf8')).replace('"@acme/orders"', '"@acme/other"'));
      const { code, stdout } = await driftmarkOnSharedServer(['check', '--fail-on', 'order'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('the report is named "@acme/other", this package "@acme/orders"');
    }, STALE);
  });

  it('check fails for a missing report, even if all classes are ignored', async () => {
    const { code } = await driftmarkOnSharedServer(['check', '--fail-on', 'order'], {
      cwd: path.resolve('fixtures/stories/missing-report'),
    });
    expect(code).toBe(2);
  });
});
