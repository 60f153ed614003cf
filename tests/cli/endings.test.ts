import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { gone, makeSurroundings, nothingRemains, type Surroundings } from '../scratch/surroundings.js';
import { cleanEnv } from '../support/cli.js';
import { inFolder } from '../support/folders.js';

let around: Surroundings;
beforeAll(() => {
  around = makeSurroundings();
});
afterAll(() => {
  around.remove();
});
afterEach(() => nothingRemains(around));

const FOREVER = 'await new Promise((resolve) => setTimeout(resolve, 1e9));';

/** However the command ends: with the exit code that is due, and nothing left, neither process nor folder. */
describe('the whole command leaves nothing behind', () => {
  it.each([
    { way: 'when all is well', body: '', end: 2 },
    { way: 'when a migration fails', body: `throw new Error('no');`, end: 1 },
    { way: 'when one exits', body: 'process.exit(0);', end: 1 },
    {
      way: 'when one meets an uncaught exception',
      body: `setTimeout(() => { throw new Error('late'); }); ${FOREVER}`,
      end: 1,
    },
    {
      way: 'when one has left a process and a timer',
      body: `require('child_process').spawn('sleep', ['1000']).unref(); setInterval(() => {}, 10);`,
      end: 2,
    },
    { way: 'on Ctrl-C', body: FOREVER, signal: 'SIGINT' as const, end: 130 },
    { way: 'on SIGTERM', body: FOREVER, signal: 'SIGTERM' as const, end: 143 },
    { way: 'when it is killed', body: FOREVER, signal: 'SIGKILL' as const, end: 'SIGKILL' },
  ])('$way', async ({ body, signal, end }) => {
    await inFolder(async (cwd) => {
      const here = path.join(cwd, 'here');
      await writeFile(path.join(cwd, 'package.json'), '{"name":"project"}');
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(
        path.join(cwd, 'migrations', '1_only.js'),
        `exports.up = async () => { require('fs').writeFileSync(${JSON.stringify(here)}, ''); ${body} };
exports.down = async () => {};`,
      );
      const child = spawn(process.execPath, [path.resolve('bin/driftmark.js'), 'check'], {
        cwd,
        env: cleanEnv(),
        stdio: 'ignore',
      });
      const ended = once(child, 'close');
      if (signal !== undefined) {
        while (!existsSync(here)) await sleep(20);
        child.kill(signal);
      }
      const [code, endedBy] = (await ended) as [number | null, string | null];
      expect(code ?? endedBy).toBe(end);
    });
    expect(await gone(around)).toEqual([]);
  });
});
