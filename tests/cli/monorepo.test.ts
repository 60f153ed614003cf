import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { runsAll } from '../support/selection.js';

const NAMES = ['app', 'billing', 'catalog', 'delivery'];
const migrationOf = (dir: string, name: string) =>
  path.join(dir, 'packages', name, 'migrations', '001_init.js');

/** A workspace of packages, each with one migration that prints its name. The first takes longest. */
async function inWorkspace(use: (dir: string) => Promise<void>) {
  await inFolder(async (dir) => {
    await writeFile(path.join(dir, 'package.json'), '{ "private": true, "workspaces": ["packages/*"] }');
    for (const name of NAMES) {
      await mkdir(path.dirname(migrationOf(dir, name)), { recursive: true });
      await writeFile(
        path.join(dir, 'packages', name, 'package.json'),
        JSON.stringify({ name: `@acme/${name}` }),
      );
      await writeFile(migrationOf(dir, name), migration(name, `CREATE TABLE ${name} (id int);`));
    }
    await use(dir);
  });
}

const migration = (name: string, sql: string) => `
exports.up = async (knex) => {
  console.log('up of ${name}');
  await knex.raw(\`SELECT pg_sleep(${name === 'app' ? 1.5 : 0})\`);
  await knex.raw(\`${sql}\`);
};
exports.down = (knex) => knex.raw('DROP TABLE ${name}');
`;

const told = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('✓'))
    .map((line) => line.replace(/ \(.*/, ''));

describe('check with several targets', () => {
  it('prints the results and the output of parallel targets in their order', async () => {
    await inWorkspace(async (cwd) => {
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['update', '--jobs', '4'], { cwd });
      expect({ code, told: told(stdout) }).toEqual({
        code: 0,
        told: NAMES.map((name) => `✓ @acme/${name}   wrote packages/${name}/report.sql.md`),
      });
      expect(stderr).toBe(NAMES.map((name) => `up of ${name}\n`).join(''));
    });
  });

  it.runIf(runsAll)('runs migrations of parallel targets that create the same role', async () => {
    await inWorkspace(async (cwd) => {
      const role = `DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'shared') THEN
        PERFORM pg_sleep(0.5); CREATE ROLE shared; END IF; END $do$;`;
      for (const name of NAMES)
        await writeFile(migrationOf(cwd, name), migration(name, `${role} CREATE TABLE ${name} (id int)`));
      // On a server of its own: other tests would see the role.
      const { code, stdout } = await driftmarkHere(['update', '--jobs', '4', '--no-down'], { cwd });
      expect({ code, targets: told(stdout).length }).toEqual({ code: 0, targets: 4 });
    });
  });

  it('rejects --jobs 0', async () => {
    await inWorkspace(async (cwd) => {
      const { code, stderr } = await driftmarkOnSharedServer(['check', '--jobs', '0'], { cwd });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('a whole number of 1 or more') as string,
      });
    });
  });
});

describe('--changed-since', () => {
  const git = (cwd: string, ...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd,
      stdio: 'pipe',
    });
  const checked = async (cwd: string, ...args: string[]) => {
    const { stdout } = await driftmarkOnSharedServer(
      ['check', '--changed-since', 'main', '--reporter', 'json', ...args],
      {
        cwd,
      },
    );
    return (JSON.parse(stdout) as { targets: { name: string }[] }).targets.map(({ name }) => name);
  };

  async function inRepository(use: (dir: string) => Promise<void>) {
    await inWorkspace(async (dir) => {
      git(dir, 'init', '-q', '-b', 'main');
      for (const name of NAMES)
        await writeFile(
          migrationOf(dir, name),
          `exports.up = (knex) => knex.raw('CREATE TABLE t (id int)');`,
        );
      await writeFile(path.join(dir, 'driftmark.config.json'), '{ "down": false }');
      git(dir, 'add', '.');
      git(dir, 'commit', '-qm', 'first');
      git(dir, 'switch', '-qc', 'branch');
      await use(dir);
    });
  }

  it('checks nothing if nothing has changed', async () => {
    await inRepository(async (cwd) => {
      const { code, stderr } = await driftmarkOnSharedServer(['check', '--changed-since', 'main'], { cwd });
      expect({ code, stderr }).toEqual({ code: 0, stderr: 'Nothing has changed since main.\n' });
      expect(await checked(cwd)).toEqual([]);
    });
  });

  it('checks targets that were committed, changed, added or removed since the branch began', async () => {
    await inRepository(async (cwd) => {
      await writeFile(migrationOf(cwd, 'app').replace('001', '002'), 'exports.up = () => Promise.resolve();');
      await rm(migrationOf(cwd, 'billing'));
      git(cwd, 'add', '.');
      git(cwd, 'commit', '-qm', 'second');
      await writeFile(path.join(cwd, 'packages', 'catalog', 'report.sql.md'), 'x');
      await writeFile(path.join(cwd, 'packages', 'delivery', 'README.md'), 'not of the schema');
      git(cwd, 'switch', '-q', 'main');
      await writeFile(path.join(cwd, 'packages', 'delivery', 'knexfile.js'), 'module.exports = {};');
      git(cwd, 'add', 'packages/delivery/knexfile.js');
      git(cwd, 'commit', '-qm', 'elsewhere');
      git(cwd, 'switch', '-q', 'branch');
      expect(await checked(cwd)).toEqual(['@acme/app', '@acme/catalog']);
      expect(await checked(path.join(cwd, 'packages', 'delivery'))).toEqual([]);
    });
  });

  it('checks the changed targets in a hook of a linked worktree', async () => {
    await inRepository(async (cwd) => {
      git(cwd, 'worktree', 'add', '-q', 'linked', '-b', 'other');
      const linked = path.join(cwd, 'linked');
      await writeFile(migrationOf(linked, 'billing'), migration('billing', 'CREATE TABLE billing (id int)'));
      const env = { GIT_DIR: path.join(cwd, '.git', 'worktrees', 'linked') };
      const below = path.join(linked, 'packages', 'billing');
      const { code, stdout } = await driftmarkOnSharedServer(
        ['check', '--changed-since', 'HEAD', '--quiet'],
        {
          cwd: below,
          env,
        },
      );
      expect({ code, stdout }).toEqual({
        code: 2,
        stdout: expect.stringContaining('@acme/billing') as string,
      });
    });
  });

  it('checks all targets if the config has changed', async () => {
    await inRepository(async (cwd) => {
      await writeFile(path.join(cwd, 'driftmark.config.json'), '{ "down": false, "jobs": 2 }');
      expect(await checked(cwd)).toHaveLength(4);
    });
  });

  it.each([{ revision: 'nowhere' }, { revision: '--help' }])(
    'fails if --changed-since names no revision: $revision',
    async ({ revision }) => {
      await inRepository(async (cwd) => {
        const { code, stderr } = await driftmarkOnSharedServer(['check', `--changed-since=${revision}`], {
          cwd,
        });
        expect({ code, stderr }).toEqual({
          code: 1,
          stderr: expect.stringContaining('fetch-depth: 0') as string,
        });
      });
    },
  );

  it('fails with --changed-since outside of a git repository', async () => {
    await inWorkspace(async (cwd) => {
      const { code, stderr } = await driftmarkOnSharedServer(['check', '--changed-since', 'main'], { cwd });
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('not a git repository') as string,
      });
    });
  });
});
