import { execFile } from 'node:child_process';
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, it } from 'vitest';
import { cleanEnv } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { runsAll } from '../support/selection.js';

const exec = promisify(execFile);

/** The oldest version that `engines` allows, and the newest of each later major version. */
const VERSIONS = ['20.19.0', '22', '24'];

describe.runIf(runsAll && process.platform === 'linux')('the installed package', () => {
  it.concurrent.for(VERSIONS)(
    'runs on Node.js %s, which prints no warnings',
    async (version, { expect, skip }) => {
      await inFolder(async (dir) => {
        const binaries = `node-linux-${process.arch}`;
        const options = [
          '--prefer-offline',
          '--ignore-scripts',
          '--no-audit',
          '--no-fund',
          '--silent',
          '--no-save',
        ];
        try {
          await exec('npm', ['install', ...options, '--prefix', dir, `${binaries}@${version}`]);
        } catch (error) {
          return skip(`npm install failed: ${String(error)}`);
        }
        const node = path.join(dir, 'node_modules', binaries, 'bin/node');
        const project = path.join(dir, 'project');
        await cp('fixtures/auth', project, { recursive: true });
        const run = (...args: string[]) =>
          exec(node, [path.resolve('bin/driftmark.js'), ...args], {
            cwd: project,
            env: cleanEnv(),
            timeout: 60_000,
          });
        const { stdout, stderr } = await run('check');
        expect(stdout).toMatch(/^✓ @backstage\/plugin-auth-backend {3}in sync /);
        expect(stderr.split('\n')[0]).toContain('cannot be rolled back');
        expect(await run('diff', 'report.sql.md', 'report.sql.md')).toMatchObject({ stderr: '' });
      });
    },
  );
});
