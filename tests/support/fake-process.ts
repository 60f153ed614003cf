import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { run } from '#src/cli/run.js';
import { cleanEnv } from './cli.js';

export interface FakeOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is a terminal: neither stream, by default. */
  readonly terminals?: readonly ('stdout' | 'stderr')[];
  /** Called when something is written to stderr or stdout, with a way to send a signal. */
  readonly onOutput?: (send: (signal: 'SIGINT' | 'SIGTERM') => void) => void;
  /** Called when stdin is read, of which nothing ever comes, with a way to send a signal. */
  readonly onRead?: (send: (signal: 'SIGINT' | 'SIGTERM') => void) => void;
  /** The reader of stdout has gone before anything is written. */
  readonly noReader?: boolean;
}

export interface FakeRun {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line within this process, on streams, an environment and a folder of its own. */
export async function runFake(args: readonly string[], options: FakeOptions): Promise<FakeRun> {
  const { cwd, env, terminals = [], onOutput, onRead, noReader = false } = options;
  const signals = new EventEmitter();
  const send = (signal: 'SIGINT' | 'SIGTERM'): void => {
    signals.emit(signal);
  };
  const written = { stdout: '', stderr: '' };
  const stream = (name: 'stdout' | 'stderr') => {
    const writable = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        if (noReader && name === 'stdout') {
          done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
          return;
        }
        written[name] += chunk.toString();
        onOutput?.(send);
        done();
      },
    });
    return Object.assign(writable, { isTTY: terminals.includes(name), columns: 100 });
  };
  const host = {
    argv: ['node', 'driftmark', ...args],
    env: cleanEnv(env),
    stdin: new Readable({ read: () => onRead?.(send) }),
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    cwd: () => cwd,
    exitCode: undefined as number | string | null | undefined,
    on: (event: string, listener: () => void) => signals.on(event, listener),
    off: (event: string, listener: () => void) => signals.off(event, listener),
  };
  await run(host);
  return { code: host.exitCode, ...written };
}
