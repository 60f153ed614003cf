import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
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

/** What a migration has written, once it has. */
function pidIn(file: string): number | undefined {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return text === '' ? undefined : Number(text);
}

/** Whether the process is there and can still do something. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout.trim());
}

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
    {
      way: 'when it is killed while a migration keeps its process busy',
      body: 'for (;;);',
      signal: 'SIGKILL' as const,
      end: 'SIGKILL',
    },
  ])('$way', async ({ body, signal, end }) => {
    const pid = await inFolder(async (cwd) => {
      const here = path.join(cwd, 'here');
      await writeFile(path.join(cwd, 'package.json'), '{"name":"project"}');
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(
        path.join(cwd, 'migrations', '1_only.js'),
        `exports.up = async () => { require('fs').writeFileSync(${JSON.stringify(here)}, String(process.pid)); ${body} };
exports.down = async () => {};`,
      );
      const child = spawn(process.execPath, [path.resolve('bin/driftmark.js'), 'check'], {
        cwd,
        env: cleanEnv(),
        stdio: 'ignore',
      });
      const ended = once(child, 'close');
      if (signal !== undefined) {
        while (pidIn(here) === undefined) await sleep(20);
        child.kill(signal);
      }
      const [code, endedBy] = (await ended) as [number | null, string | null];
      expect(code ?? endedBy).toBe(end);
      return pidIn(here);
    });
    expect(pid, 'the process of the migrations').toBeGreaterThan(0);
    await expect.poll(() => isRunning(pid ?? 0), { timeout: 10_000 }).toBe(false);
    expect(await gone(around)).toEqual([]);
  });
});
