import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmarkHere } from '../support/in-process.js';
import { inFolder } from '../support/folders.js';

const CONFIG = `{
  "targets": ["plugins/*", { "path": "app", "schemas": ["app"], "url": "postgres://app:hush@db/app" }],
  "roles": ["reader", "writer"],
  "jobs": 3,
  "scratchUrl": "postgres://ci:\${SECRET}@db/postgres"
}`;

async function inRepository(use: (dir: string) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    await writeFile(path.join(dir, 'driftmark.config.json'), CONFIG);
    for (const target of ['plugins/auth', 'app']) {
      await mkdir(path.join(dir, target, 'migrations'), { recursive: true });
      await writeFile(path.join(dir, target, 'package.json'), `{ "name": "@acme/${path.basename(target)}" }`);
      await writeFile(path.join(dir, target, 'migrations', '1_init.sql'), 'CREATE TABLE a ()');
    }
    await use(dir);
  });
}

describe('driftmark config', () => {
  it('config prints each setting and its source', async () => {
    await inRepository(async (dir) => {
      const { code, stdout, stderr } = await driftmarkHere(['config', '--report-format', 'full'], {
        cwd: path.join(dir, 'plugins'),
        env: { DRIFTMARK_SCRATCH_URL: 'postgres://me:hush@localhost/postgres?password=hush', SECRET: 'hush' },
      });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const rows = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
      expect(rows).toContainEqual(['config', '../driftmark.config.json']);
      expect(rows).toContainEqual(['reportFormat', 'full', '--report-format']);
      expect(rows).toContainEqual([
        'scratchUrl',
        'postgres://me:***@localhost/postgres?password=***',
        'DRIFTMARK_SCRATCH_URL',
      ]);
      expect(rows).toContainEqual(['engine', 'server', 'scratchUrl']);
      expect(rows).toContainEqual(['roles', 'reader, writer', '../driftmark.config.json']);
      expect(rows).toContainEqual(['down', 'true', 'default']);
      expect(rows).toContainEqual(['@acme/auth', 'auth/migrations → auth/report.sql.md']);
      expect(rows).toContainEqual(['path', 'plugins/*', '../driftmark.config.json targets[0]']);
      expect(stdout).not.toContain('@acme/app');
      expect(stdout).not.toContain('hush');
    });
  });

  it('config --as json prints the settings without passwords', async () => {
    await inRepository(async (cwd) => {
      const { stdout } = await driftmarkHere(['config', '--as', 'json', '--schema', 'x'], {
        cwd,
        env: { SECRET: 'hush' },
      });
      expect(stdout).not.toContain('hush');
      const printed = JSON.parse(stdout) as unknown;
      expect(printed).toMatchObject({
        version: 1,
        file: 'driftmark.config.json',
        settings: expect.arrayContaining([
          { name: 'jobs', value: 3, from: 'driftmark.config.json' },
          // As in the file, which contains a variable.
          { name: 'scratchUrl', value: 'postgres://ci:***@db/postgres', from: 'driftmark.config.json' },
          { name: 'extensionVersions', from: 'default', default: 'false' },
        ]) as unknown,
        targets: [
          { name: '@acme/auth', dir: 'plugins/auth' },
          {
            name: '@acme/app',
            settings: [
              { name: 'path', value: 'app' },
              { name: 'schemas', value: ['x'], from: '--schema' },
              { name: 'url', value: 'postgres://app:***@db/app', from: 'driftmark.config.json targets[1]' },
              { name: 'layout', value: 'sql', from: 'detected from app/migrations/1_init.sql' },
            ],
          },
        ],
      });
    });
  });

  it('config exits 0 without targets', async () => {
    await inFolder(async (cwd) => {
      const { code, stdout } = await driftmarkHere(['config'], { cwd });
      expect(code).toBe(0);
      expect(stdout).toContain('config   none\n');
      expect(stdout).toContain('No targets: no migrations or report found.');
    });
  });

  it('config names the mistakes of a config and exits 1', async () => {
    await inFolder(async (cwd) => {
      await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "jobz": 1, "down": "no" }');
      const { code, stdout, stderr } = await driftmarkHere(['config'], { cwd });
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('The config has 2 problems.');
    });
  });
});
