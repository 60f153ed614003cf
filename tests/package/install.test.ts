import { execFile } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanEnv } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { runsAll } from '../support/selection.js';

const exec = promisify(execFile);
const shell = process.platform === 'win32';

/** What a project gets that installs the package: nothing of the repository but what is packed. */
describe.runIf(runsAll)(
  'the package, packed and installed in an empty folder without install scripts',
  () => {
    it('has its command, and checks a package', async (context) => {
      await inFolder(async (dir) => {
        const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
        // `dist` is there already: the tests are run on it.
        await exec('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', dir], { shell });
        const archive = (await readdir(dir)).find((name) => name.endsWith('.tgz'));
        expect(archive).toBe(`driftmark-${version}.tgz`);
        const project = path.join(dir, 'project');
        await cp('fixtures/auth', project, { recursive: true });
        await writeFile(
          path.join(project, 'package.json'),
          JSON.stringify({ name: '@backstage/plugin-auth-backend', private: true }),
        );
        const options = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--silent'];
        try {
          await exec('npm', ['install', ...options, `../${archive ?? ''}`], { cwd: project, shell });
        } catch (error) {
          return context.skip(`npm install failed: ${String(error)}`);
        }
        const run = (...args: string[]) =>
          exec('npx', ['--no-install', 'driftmark', ...args], { cwd: project, env: cleanEnv(), shell });
        expect((await run('--version')).stdout).toBe(`${version}\n`);
        expect((await run('check')).stdout).toMatch(/^✓ @backstage\/plugin-auth-backend {3}in sync /);
      });
    });
  },
);
