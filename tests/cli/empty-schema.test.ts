import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';

it.each([
  { sql: 'select 1;', notice: true },
  { sql: 'create table a (); drop table a;', notice: true },
  { sql: 'create view v as select 1 as one;', notice: false },
  { sql: 'create schema s;', notice: false },
])('update says whether migrations created nothing: $sql', async ({ sql, notice }) => {
  await inFolder(async (cwd) => {
    await mkdir(path.join(cwd, 'migrations'));
    await writeFile(path.join(cwd, 'migrations', '1_a.sql'), sql);
    const { code, stderr } = await driftmarkOnSharedServer(['update'], { cwd });
    expect(code).toBe(0);
    expect(stderr.includes('1 migration ran and created nothing')).toBe(notice);
  });
});
