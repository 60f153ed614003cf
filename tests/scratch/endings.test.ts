import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { withScratchServer } from '#src/scratch/scratch.js';
import {
  gone,
  makeFolder,
  makeSurroundings,
  nothingRemains,
  program,
  query,
  remains,
  type Surroundings,
} from './surroundings.js';

let around: Surroundings;
beforeAll(() => {
  around = makeSurroundings();
});
afterAll(() => {
  around.remove();
});
afterEach(() => nothingRemains(around));

const announce = 'const { connection } = await server.createDatabase(); print(connection.host);';
const forever = 'await new Promise(() => undefined);';

/** The folder that the program printed. */
function folderIn(line: string): string {
  return JSON.parse(line) as string;
}

describe('no process and no folder is left if driftmark', () => {
  const ends = [
    { way: 'ends in order', act: '', code: 0 },
    { way: 'calls process.exit', act: 'process.exit(7);', code: 7 },
    {
      way: 'meets an uncaught exception',
      act: `setTimeout(() => { throw new Error('oh'); }); ${forever}`,
      code: 1,
    },
    { way: 'meets an unhandled rejection', act: `void Promise.reject(new Error('oh')); ${forever}`, code: 1 },
    { way: 'kills itself', act: `process.kill(process.pid, 'SIGKILL'); ${forever}`, code: 'SIGKILL' },
    { way: 'is terminated', act: `process.kill(process.pid, 'SIGTERM'); ${forever}`, code: 'SIGTERM' },
  ];
  it.each(ends)('$way', async ({ act, code }) => {
    const run = program(`${announce} ${act}`);
    expect(path.dirname(folderIn(await run.firstLine))).toBe(around.temporary);
    expect((await run.end).code).toBe(code);
    expect(await gone(around)).toEqual([]);
  });

  it('leaves nothing behind if driftmark is killed during the first start of the server', async () => {
    const cache = makeFolder('dm-cache-', 0o755);
    const run = program(forever, { env: { DRIFTMARK_CACHE_DIR: cache } });
    while (!remains(around).some((line) => line.includes('initdb'))) await sleep(5);
    run.process.kill('SIGKILL');
    expect(await gone(around)).toEqual([]);
  });

  it('leaves nothing behind after Ctrl-C, which reaches the whole process group', async () => {
    const run = program(`process.on('SIGINT', () => abort.abort()); ${announce} ${forever}`, {
      detached: true,
    });
    await run.firstLine;
    process.kill(-(run.process.pid ?? Number.NaN), 'SIGINT');
    expect((await run.end).output).toContain('"code":"interrupted"');
    expect(remains(around)).toEqual([]);
  });
});

describe('an aborted scratch server', () => {
  it('stops immediately and rejects, although the callback still runs', async () => {
    const abort = new AbortController();
    let host = '';
    const run = withScratchServer({ ...around.options, signal: abort.signal }, async (server) => {
      const { connection } = await server.createDatabase();
      host = connection.host;
      abort.abort();
      await new Promise(() => undefined);
    });
    await expect(run).rejects.toMatchObject({ name: 'DriftmarkError', code: 'interrupted' });
    expect(existsSync(host)).toBe(false);
    expect(remains(around)).toEqual([]);
  });

  it('rejects if it is aborted before or during the start', async () => {
    const use = (): Promise<void> => Promise.reject(new Error('never reached'));
    const interrupted = { code: 'interrupted' };
    const before = { ...around.options, signal: AbortSignal.abort() };
    await expect(withScratchServer(before, use)).rejects.toMatchObject(interrupted);
    for (const afterMs of [1, 10, 20, 40]) {
      const during = { ...around.options, signal: AbortSignal.timeout(afterMs) };
      const work = (): Promise<void> => new Promise(() => undefined);
      await expect(withScratchServer(during, work)).rejects.toMatchObject(interrupted);
      // A process that was killed can stay in the list for a moment.
      await vi.waitFor(() => {
        expect(remains(around)).toEqual([]);
      }, 5000);
    }
  });
});

describe('after the supervisor of a scratch server was killed, driftmark', () => {
  /** Kills a program, and before it the shells between it and its server. Returns the folder of the server. */
  async function killAll(): Promise<string> {
    const run = program(`${announce} ${forever}`);
    const folder = folderIn(await run.firstLine);
    // The program is stopped first. Otherwise it would notice the end of its supervisor and clean up.
    run.process.kill('SIGSTOP');
    const shells = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('driftmark-scratch') && line.includes(folder));
    for (const line of shells) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    run.process.kill('SIGKILL');
    await run.end;
    return folder;
  }

  function age(folder: string, seconds: number): void {
    const then = Date.now() / 1000 - seconds;
    utimesSync(folder, then, then);
  }

  const use = (): Promise<void> => Promise.resolve();

  it('removes the folder of a dead server in the next run', async () => {
    const folder = await killAll();
    await stopServer(serverIn(folder));
    await withScratchServer(around.options, use);
    expect(existsSync(folder), 'it may still be starting').toBe(true);
    age(folder, 120);
    await withScratchServer(around.options, use);
    expect(existsSync(folder)).toBe(false);
  });

  it('keeps the folder of a running server for a day', async () => {
    const folder = await killAll();
    age(folder, 120);
    await withScratchServer(around.options, use);
    expect(existsSync(folder)).toBe(true);
    const server = serverIn(folder);
    age(folder, 2 * 24 * 60 * 60);
    await withScratchServer(around.options, use);
    expect(existsSync(folder)).toBe(false);
    await stopServer(server);
  });

  function serverIn(folder: string): number {
    return Number.parseInt(readFileSync(path.join(folder, 'data', 'postmaster.pid'), 'utf8'), 10);
  }

  /** The server would notice the missing folder within a minute. The tests do not wait for it. */
  async function stopServer(pid: number): Promise<void> {
    process.kill(pid, 'SIGQUIT');
    while (remains(around).some((line) => line.trim().startsWith(`${pid} `))) await sleep(20);
  }

  it('keeps a folder that is new, in use or not made by driftmark', async () => {
    await withScratchServer(around.options, async (server) => {
      const { connection } = await server.createDatabase();
      age(connection.host, 2 * 24 * 60 * 60);
      await withScratchServer(around.options, use);
      expect(await query(connection, 'SELECT 1 AS here')).toEqual([{ here: 1 }]);
    });
    const dead = folderOf(999_999_999);
    await withScratchServer(around.options, use);
    expect(existsSync(dead), 'young').toBe(true);
    age(dead, 120);
    const foreign = path.join(around.temporary, 'driftmark-notes');
    execFileSync('mkdir', [foreign]);
    age(foreign, 120);
    await withScratchServer(around.options, use);
    expect(existsSync(dead)).toBe(false);
    expect(existsSync(foreign)).toBe(true);
    execFileSync('rmdir', [foreign]);
  });

  function folderOf(pid: number): string {
    const folder = path.join(around.temporary, `driftmark-${pid}-abcDEF`);
    execFileSync('mkdir', [folder]);
    return folder;
  }
});

describe('the scratch server uses a temporary folder', () => {
  it.each([
    { kind: 'whose name needs quoting', name: `dm-a b,c"d'é-`, mode: 0o1777, elsewhere: false },
    {
      kind: 'whose path is too long for a socket',
      name: `dm-${'x'.repeat(90)}-`,
      mode: 0o1777,
      elsewhere: true,
    },
    { kind: 'which only its owner can write', name: 'dm-own-', mode: 0o755, elsewhere: false },
    {
      kind: 'which only its owner can enter',
      name: 'dm-private-',
      mode: 0o700,
      elsewhere: process.geteuid?.() === 0,
    },
  ])('$kind', async ({ name, mode, elsewhere }) => {
    const folder = makeFolder(name, mode);
    const before = process.env.TMPDIR;
    process.env.TMPDIR = folder;
    try {
      const host = await withScratchServer(around.options, async (server) => {
        const { connection } = await server.createDatabase();
        await query(connection, 'SELECT 1');
        return connection.host;
      });
      expect(path.dirname(host) === folder).toBe(!elsewhere);
      expect(existsSync(host)).toBe(false);
    } finally {
      process.env.TMPDIR = before;
      chmodSync(folder, 0o755);
      execFileSync('rmdir', [folder]);
    }
  });
});
