import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { run } from '#src/cli/run.js';
import { cleanEnv, type CliResult } from './cli.js';

export interface FakeOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is a terminal: neither stream, by default. */
  readonly terminals?: readonly ('stdout' | 'stderr')[];
  /** Called when something is written to stderr or stdout, with a way to send a signal. */
  readonly onOutput?: (send: (signal: 'SIGINT' | 'SIGTERM') => void) => void;
  /** What stdin holds. Default: it stays open and empty. */
  readonly stdin?: string;
  /** Called when stdin is read and stays empty, with a way to send a signal. */
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
  const { cwd, env, terminals = [], onOutput, onRead, noReader = false, stdin } = options;
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
    stdin:
      stdin === undefined
        ? new Readable({ read: () => onRead?.(send) })
        : Readable.from([Buffer.from(stdin)]),
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

/**
 * Runs a command line within this process, which takes a tenth of the time of a process. For tests of nothing but the
 * exit code and the output.
 */
export async function driftmarkHere(
  args: readonly string[],
  { stdin = '', ...options }: FakeOptions,
): Promise<CliResult> {
  const { code, ...texts } = await runFake(args, { ...options, stdin });
  return { code: Number(code), ...texts };
}
