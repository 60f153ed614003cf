import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { check, DriftmarkError, update } from 'driftmark';
import { inFolder } from '../support/folders.js';

const STORY = (name: string) => path.resolve('fixtures/stories', name);

describe('check', () => {
  it('returns an outcome per target, and the worst exit code of several targets', async () => {
    await inFolder(async (cwd) => {
      const { exitCode, outcomes } = await check({ cwd });
      expect(exitCode).toBe(2);
      expect(outcomes.map(({ name, result }) => [name, result.type])).toEqual([
        ['@acme/suite', 'in-sync'],
        ['@acme/suite/billing', 'drift'],
      ]);
    }, STORY('several-targets'));
  });

  it('takes a config, settings that override it, and the classes that do not fail', async () => {
    await inFolder(async (cwd) => {
      const config = { down: true, failOn: ['comments' as const] };
      expect((await check({ cwd, config, targets: [cwd], down: false })).exitCode).toBe(0);
      expect((await check({ cwd, config, failOn: ['breaking'] })).exitCode).toBe(2);
    }, STORY('stale'));
  });

  it('returns the failure of a migration as an outcome, and passes on its output', async () => {
    await inFolder(async (cwd) => {
      await writeFile(
        path.join(cwd, 'migrations', '1_talk.js'),
        `console.log('psst'); exports.up = () => { throw new Error('no'); }; exports.down = () => {};`,
      );
      const printed: string[] = [];
      const { exitCode, outcomes } = await check({ cwd, onOutput: (text) => printed.push(text) });
      expect(exitCode).toBe(1);
      expect(outcomes[0]?.result).toMatchObject({ type: 'failed', error: { code: 'migration-failed' } });
      expect(printed.join('')).toBe('psst\n');
    }, STORY('failing-knex-migration'));
  });

  it.each([
    { case: 'a config with mistakes', options: { config: { jobs: 'many' } as never }, code: 'config' },
    { case: 'no migrations', options: {}, code: 'no-target' },
    { case: 'a folder that does not exist', options: { targets: ['nowhere'] }, code: 'no-target' },
  ])('throws an error for $case', async ({ options, code }) => {
    await inFolder(async (cwd) => {
      await expect(check({ cwd, ...options })).rejects.toMatchObject({ name: 'DriftmarkError', code });
    });
  });

  it('stops if the signal is aborted before or during the run', async () => {
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'migrations', '3_slow.sql'), 'SELECT pg_sleep(600);');
      const controller = new AbortController();
      const broken = check({ cwd, signal: controller.signal });
      setTimeout(() => {
        controller.abort();
      }, 1000);
      await expect(broken).rejects.toMatchObject({ code: 'interrupted' });
      await expect(check({ cwd, signal: controller.signal })).rejects.toMatchObject({ code: 'interrupted' });
    }, STORY('in-sync'));
  });

  it('masks passwords in errors', async () => {
    await inFolder(async (cwd) => {
      const options = { cwd, scratchUrl: 'postgres://me:hush@127.0.0.1:1/postgres' };
      const error: unknown = await check(options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DriftmarkError);
      expect(error).toMatchObject({ code: 'connection-failed' });
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain('hush');
    }, STORY('in-sync'));
  });
});

it('update writes a report only if its bytes differ', async () => {
  await inFolder(async (cwd) => {
    const report = path.join(cwd, 'report.sql.md');
    const before = await readFile(report, 'utf8');
    await rm(report);
    const written = await update({ cwd });
    expect(written).toMatchObject({ exitCode: 0, outcomes: [{ result: { type: 'written', isNew: true } }] });
    expect(await readFile(report, 'utf8')).toBe(before);
    const { mtimeMs } = await stat(report);
    expect((await update({ cwd })).outcomes[0]?.result.type).toBe('in-sync');
    expect((await stat(report)).mtimeMs).toBe(mtimeMs);
  }, STORY('in-sync'));
});
