import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanEnv } from '../support/cli.js';
import { runFake } from '../support/in-process.js';
import { inFolder } from '../support/folders.js';
import { listener } from '../support/listener.js';

/** Accepts connections and sends nothing. */
const silent = (): void => undefined;

/** Accepts the login without a password, and then sends nothing more, as a frozen server. */
function freezing(socket: net.Socket): void {
  socket.once('data', () => socket.write(Buffer.from('5200000008000000005a0000000549', 'hex')));
}

/** Longer than a test may take, so that only the signal can end the command. */
const PATIENT = 'connect_timeout=3000&sslmode=disable';

/** Sends a signal to the command after it has opened a number of connections. */
async function interrupted(
  args: (url: string) => readonly string[],
  {
    signal = 'SIGINT',
    answer = silent,
    after = 1,
    files = () => ({}),
  }: {
    readonly signal?: NodeJS.Signals;
    readonly answer?: (socket: net.Socket) => void;
    readonly after?: number;
    readonly files?: (url: string) => Readonly<Record<string, string>>;
  } = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  let connections = 0;
  let enough: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => (enough = resolve));
  const heard = (): void => {
    if (++connections === after) enough();
  };
  const hole = await listener((socket) => {
    socket.once('data', heard);
    answer(socket);
  });
  try {
    return await inFolder(async (cwd) => {
      const url = `postgres://app:hunter2@127.0.0.1:${hole.port}/shop?${PATIENT}`;
      for (const [name, text] of Object.entries(files(url))) await writeFile(path.join(cwd, name), text);
      const child = spawn(process.execPath, [path.resolve('bin/driftmark.js'), ...args(url)], {
        cwd,
        env: cleanEnv({ DRIFTMARK_POSTGRES_BIN: '/nonexistent' }),
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
      const ended = once(child, 'close') as Promise<[number | null]>;
      await Promise.race([connected, ended]);
      child.kill(signal);
      const [code] = await ended;
      return { code, output };
    }, path.resolve('fixtures/stories/in-sync'));
  } finally {
    hole.close();
  }
}

describe('Ctrl-C while a server does not answer', () => {
  it.each([
    { command: 'check --url', args: (url: string) => ['check', '--url', url] },
    { command: 'show', args: (url: string) => ['show', url] },
    { command: 'diff', args: (url: string) => ['diff', 'report.sql.md', url] },
  ])('ends $command with the exit code of the signal', async ({ args }) => {
    expect(await interrupted(args)).toEqual({ code: 130, output: '' });
    expect(await interrupted(args, { signal: 'SIGTERM' })).toEqual({ code: 143, output: '' });
    // The server may also stop answering after the login.
    expect(await interrupted(args, { answer: freezing })).toEqual({ code: 130, output: '' });
  });

  it('ends a check of 20 databases', async () => {
    const urls = (url: string) => ({
      'urls.txt': Array.from({ length: 20 }, (_, at) => `${url}&n=${at}`).join('\n'),
    });
    const run = interrupted(() => ['check', '--urls-from', 'urls.txt'], { after: 8, files: urls });
    expect(await run).toEqual({ code: 130, output: '' });
  });

  it('ends a check of a URL with two hosts, and does not try the second host', async () => {
    const two = (url: string) => url.replace('@', '@127.0.0.1:1,');
    expect(await interrupted((url) => ['check', '--url', two(url)])).toEqual({ code: 130, output: '' });
  });

  it('ends a check that reads the list of databases from stdin', async () => {
    const { code, stdout, stderr } = await runFake(['check', '--urls-from', '-'], {
      cwd: path.resolve('fixtures/stories/in-sync'),
      onRead: (send) => setImmediate(send, 'SIGINT'),
    });
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: '' });
  });
});
