import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';
import { bash } from '../support/repository.js';

const STORY = path.resolve('fixtures/stories/in-sync');

/** On Linux, no user can create a folder here. The error is ENOENT. */
const NOWHERE = '/proc/nope/deep/file';

describe.skipIf(process.platform !== 'linux')('a command whose output folder cannot be created', () => {
  it.each([
    { of: 'a result', args: ['diff', 'report.sql.md', 'report.sql.md', '-o', NOWHERE] },
    { of: 'a schema', args: ['show', 'report.sql.md', '-o', NOWHERE] },
  ])('fails if it cannot write $of', async ({ args }) => {
    const { code, stdout, stderr } = await driftmarkOnSharedServer(args, { cwd: STORY });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^error: \/proc\/nope\/deep\/file: Could not write the result: .*ENOENT/);
  });

  it('fails if it cannot write a report', async () => {
    await inFolder(async (cwd) => {
      await cp(path.join(STORY, 'migrations'), path.join(cwd, 'migrations'), { recursive: true });
      await writeFile(path.join(cwd, 'driftmark.config.json'), JSON.stringify({ report: NOWHERE }));
      const { code, stdout } = await driftmarkOnSharedServer(['update'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toMatch(/The report could not be written: .*ENOENT/);
    });
  });
});

it.skipIf(process.platform !== 'linux')('fails with the cause if stdout is on a full disk', async () => {
  const line = `"${process.execPath}" "${path.resolve('bin/driftmark.js')}" show report.sql.md > /dev/full`;
  const { code, stderr } = await bash(line, STORY);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: stdout: Could not write to stdout: no space left on device \(ENOSPC\)\.\n {2}→ .*\n$/,
  );
});

it('update refuses a report path that is a migration', async () => {
  await inFolder(async (cwd) => {
    const migration = path.join(cwd, 'migrations/1.sql');
    await mkdir(path.dirname(migration));
    await writeFile(migration, 'CREATE TABLE t ();');
    await writeFile(path.join(cwd, 'driftmark.config.json'), JSON.stringify({ report: 'migrations/1.sql' }));
    const { code, stderr } = await driftmarkOnSharedServer(['update'], { cwd });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: The report path of .* \(migrations.1\.sql\) points at a migration file, which would be overwritten\.\n {2}→ /,
    );
    expect(await readFile(migration, 'utf8')).toBe('CREATE TABLE t ();');
  });
});
