import { spawnSync } from 'node:child_process';
import { chownSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withScratchServer } from '#src/scratch/scratch.js';
import {
  isRoot,
  makeFolder,
  makeSurroundings,
  nothingRemains,
  program,
  projectDir,
  type Surroundings,
} from './surroundings.js';

const nobody = 65_534;
const print = 'print((await server.createDatabase()).connection.host);';
/** Whether another user could load the built files at all. */
const othersCanRead =
  isRoot &&
  spawnSync('test', ['-r', path.join(projectDir, 'dist/scratch/scratch.js')], { uid: nobody }).status === 0;
const hasSetpriv = spawnSync('setpriv', ['--version']).status === 0;
const canMount =
  isRoot && spawnSync('unshare', ['-m', 'mount', '--bind', '/etc/passwd', '/etc/passwd']).status === 0;

let around: Surroundings;
beforeAll(() => {
  around = makeSurroundings();
});
const homes: string[] = [];
afterAll(() => {
  around.remove();
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});
afterEach(() => nothingRemains(around));

/** A home and an environment without a chosen cache folder for another user. */
function homeOf(uid: number): { home: string; env: Record<string, string> } {
  const home = makeFolder('dm-home-', 0o700);
  homes.push(home);
  chownSync(home, uid, uid);
  return { home, env: { HOME: home, XDG_CACHE_HOME: '', DRIFTMARK_CACHE_DIR: '' } };
}

describe.skipIf(!isRoot)('run by root (this needs root)', () => {
  it('runs the server as an unprivileged user', async () => {
    const uid = await withScratchServer(around.options, async (server) => {
      const { connection } = await server.createDatabase();
      return statSync(path.join(connection.host, 'data')).uid;
    });
    expect(uid).not.toBe(0);
  });

  it.skipIf(!hasSetpriv)(
    'names the missing capability and --scratch-url without CAP_SETUID (needs setpriv)',
    async () => {
      for (const capability of ['setuid', 'chown']) {
        const run = program(print, {
          through: ['setpriv', `--bounding-set=-${capability}`, `--inh-caps=-${capability}`],
        });
        const { output } = await run.end;
        expect(JSON.parse(output), capability).toMatchObject({
          code: 'scratch-unavailable',
          remedy: expect.stringContaining('--scratch-url') as string,
        });
      }
    },
  );
});

describe.skipIf(!othersCanRead)(
  'run by an ordinary user (needs root, and a project folder that others can read)',
  () => {
    it('uses a cache in the home folder of an ordinary user', async () => {
      const { home, env } = homeOf(nobody);
      for (const _ of ['first', 'again']) {
        const { output } = await program(print, { uid: nobody, env }).end;
        expect(output).toContain(around.temporary);
      }
      expect(statSync(path.join(home, '.cache', 'driftmark', 'data')).uid).toBe(nobody);
      rmSync(home, { recursive: true });
    });

    it('starts a server without a home folder', async () => {
      const { output } = await program(print, {
        uid: nobody,
        env: { ...homeOf(nobody).env, HOME: '/nonexistent' },
      }).end;
      expect(output).toContain(around.temporary);
    });

    it('fails with a remedy for a uid without an entry in /etc/passwd', async () => {
      const { home, env } = homeOf(54_321);
      const { output } = await program(print, { uid: 54_321, env }).end;
      expect(JSON.parse(output)).toMatchObject({
        code: 'scratch-unavailable',
        message: expect.stringContaining('uid 54321') as string,
        remedy: expect.stringContaining('--scratch-url') as string,
      });
      rmSync(home, { recursive: true });
    });

    it.skipIf(!hasSetpriv || !canMount)(
      'starts a server for a uid after the command in the remedy has added the entry (needs unshare)',
      async () => {
        const uid = 54_321;
        const { home, env } = homeOf(uid);
        const refused = JSON.parse((await program(print, { uid, env }).end).output) as { remedy: string };
        const [, command = ''] = /`(echo .*?)`/.exec(refused.remedy) ?? [];
        // /etc/passwd of this process and its children only.
        const script = `cp /etc/passwd ${home}/passwd && mount --bind ${home}/passwd /etc/passwd && ${command} &&
          exec setpriv --reuid=${uid} --regid=${uid} --clear-groups "$@"`;
        const { output } = await program(print, { env, through: ['unshare', '-m', 'sh', '-c', script, 'sh'] })
          .end;
        expect(output).toContain(around.temporary);
        rmSync(home, { recursive: true });
      },
    );
  },
);

it.skipIf(isRoot)('run by an ordinary user, the server is that user (root is tested apart)', async () => {
  await withScratchServer(around.options, async (server) => {
    const { connection } = await server.createDatabase();
    expect(statSync(connection.host).uid).toBe(process.geteuid?.());
  });
});
