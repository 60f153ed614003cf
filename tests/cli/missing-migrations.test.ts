import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { driftmarkOnSharedServer as driftmark } from '../support/shared-server.js';

/** A project with a migration and its report, in which something is then changed. */
function inProject<T>(use: (cwd: string) => Promise<T>): Promise<T> {
  return inFolder(async (cwd) => {
    await mkdir(path.join(cwd, 'migrations'));
    await writeFile(path.join(cwd, 'migrations/1.sql'), 'CREATE TABLE t (id int);');
    await writeFile(path.join(cwd, 'package.json'), '{ "name": "shop" }');
    expect((await driftmark(['update'], { cwd })).code).toBe(0);
    return use(cwd);
  });
}

describe('check with a report and without migrations', () => {
  it.each([
    {
      when: 'the config names a folder that does not exist',
      change: (cwd: string) => writeFile(path.join(cwd, 'driftmark.config.json'), '{ "migrations": "db" }'),
      says: ['does not exist or is empty: db.', 'Found migrations in migrations.'],
    },
    {
      when: 'a target in the config names a folder that does not exist',
      change: (cwd: string) =>
        writeFile(
          path.join(cwd, 'driftmark.config.json'),
          '{ "targets": [{ "path": ".", "migrations": "migration" }] }',
        ),
      says: ['does not exist or is empty: migration.', 'Found migrations in migrations.'],
    },
    {
      when: 'the migrations were moved',
      change: async (cwd: string) => {
        await mkdir(path.join(cwd, 'server'));
        await rename(path.join(cwd, 'migrations'), path.join(cwd, 'server/migrations'));
      },
      says: ['No migrations found in migrations of shop.', 'Found migrations in server/migrations.'],
    },
    {
      when: 'all migrations are excluded',
      change: (cwd: string) => writeFile(path.join(cwd, 'driftmark.config.json'), '{ "exclude": ["*.sql"] }'),
      says: ['All migrations in migrations of shop are excluded.', 'Correct the setting `exclude`: *.sql.'],
    },
    {
      when: 'a pattern of the setting targets matches no folder',
      change: (cwd: string) =>
        writeFile(path.join(cwd, 'driftmark.config.json'), '{ "targets": [".", "package/*"] }'),
      says: ['driftmark.config.json: targets[1]: No folder matches package/*.'],
    },
    {
      when: 'the setting knexfile names a file that does not exist',
      change: (cwd: string) =>
        writeFile(path.join(cwd, 'driftmark.config.json'), '{ "knexfile": "db/knexfile.js" }'),
      says: ['db/knexfile.js: The knexfile does not exist.'],
    },
    {
      when: 'the folder holds only files that driftmark cannot run',
      change: (cwd: string) => rename(path.join(cwd, 'migrations/1.sql'), path.join(cwd, 'migrations/1.pl')),
      says: ['migrations: No migrations found in '],
    },
  ])('exits 1 and does not advise deleting the report when $when', async ({ change, says }) => {
    await inProject(async (cwd) => {
      await change(cwd);
      const { code, stdout, stderr } = await driftmark(['check'], { cwd });
      expect(code).toBe(1);
      for (const text of says) expect(stdout + stderr).toContain(text);
      expect(stdout + stderr).not.toMatch(/git rm|To accept|update/);
    });
  });

  it('names the report with the usual name when the setting report names a file that does not exist', async () => {
    await inProject(async (cwd) => {
      await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "report": "repotr.sql.md" }');
      const { code, stdout } = await driftmark(['check'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('there is a report report.sql.md: correct the setting `report`');
    });
  });

  it('exits 2 and names the command that removes the report when the migrations were deleted', async () => {
    await inProject(async (cwd) => {
      await rm(path.join(cwd, 'migrations'), { recursive: true });
      const { code, stdout } = await driftmark(['check'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('git rm report.sql.md');
    });
  });
});

it('check takes a migrations folder as well as its package', async () => {
  await inProject(async (cwd) => {
    for (const target of ['migrations', 'migrations/1.sql', '.']) {
      const { code, stdout } = await driftmark(['check', target], { cwd });
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('✓ shop') as string,
      });
    }
  });
});
