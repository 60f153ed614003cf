import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { DriftmarkError } from '../../errors.js';
import { MALLOC_SETTINGS, migrationEnvironment } from './environment.js';
import { fileOf, headline } from '../errors/failure.js';
import type { CurrentStep, Failure, Message, Request, WarmUp } from './protocol.js';

export interface ChildOptions {
  /** Receives the output of the child, on stdout and stderr. */
  readonly output: (chunk: Buffer) => void;
  /** Receives messages that are not an answer. */
  readonly onMessage: (message: Message) => void;
  /** The timeout for one migration, in milliseconds. */
  readonly timeout?: number;
}

/** The result of a request. */
type Answer = { readonly type: 'done'; readonly result: unknown } | FailedRequest;

export type FailedRequest =
  | { readonly type: 'failed'; readonly failure: Failure; readonly usable: boolean }
  /** The child exited without an answer, or can no longer be used. */
  | { readonly type: 'gone'; readonly how: string; readonly activity?: CurrentStep };

export interface Child {
  request(request: Request): Promise<Answer>;
  /** Lets the child load the modules that a folder's migrations will need. */
  warmUp(warmUp: WarmUp): void;
  /** A failure that happened when no request was running. */
  lateFailure(): FailedRequest | undefined;
  /** Ends the child and all processes that it started. Never throws. */
  end(): Promise<void>;
}

const windows = process.platform === 'win32';

/** A process and the shell that ends it. */
export interface Guarded {
  readonly child: ChildProcess;
  readonly guard: ChildProcess | undefined;
}

/**
 * Deprecation warnings are for those who maintain the libraries. Migrations create few objects: a small space for new
 * ones, and less compiled code, save a third of the memory and no less time. Node 20 optimizes functions early: for the
 * code of a second, that costs more time than it saves. Other versions do not know that flag.
 */
const CHILD_FLAGS = [
  '--no-deprecation',
  '--max-semi-space-size=2',
  '--optimize-for-size',
  '--no-sparkplug',
  ...(process.versions.node.startsWith('20.') ? ['--interrupt-budget=3000000'] : []),
];

function startProcess(environment = migrationEnvironment()): Guarded {
  const child = fork(new URL('child.js', import.meta.url), [], {
    env: { ...MALLOC_SETTINGS, ...environment },
    // The parent's own flags (an inspector's port, a test runner's loader) are not meant for the child.
    execArgv: [...CHILD_FLAGS],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group, so that it can be ended along with the processes that migrations start.
    detached: !windows,
  });
  return { child, guard: orphanGuardOf(child) };
}

/** A process that is ready before it is known which migrations will run in it. */
export interface SpareProcess {
  /** Hands it to the first caller. Undefined for others, if it has exited, and if the environment has changed since. */
  take(): Guarded | undefined;
  /** Ends it, unless someone took it. */
  end(): void;
}

/** Starts a process for the first folder of migrations that need one: Node needs longer to start than most migrations. */
export function startSpare(): SpareProcess {
  const environment = migrationEnvironment();
  let spare: Guarded | undefined = startProcess(environment);
  spare.child.on('error', () => undefined); // `take` returns nothing then
  const take = (): Guarded | undefined => {
    const taken = spare;
    spare = undefined;
    if (taken === undefined) return undefined;
    if (!isDeepStrictEqual(environment, migrationEnvironment())) {
      killGroup(taken);
      return undefined;
    }
    const { pid, exitCode, signalCode } = taken.child;
    return pid !== undefined && exitCode === null && signalCode === null ? taken : undefined;
  };
  return {
    take,
    end: () => {
      if (spare) killGroup(spare);
      spare = undefined;
    },
  };
}

/** Starts the process in which migrations run, or takes one that has started. The caller ends it. */
export function startChild(options: ChildOptions, guarded = startProcess()): Child {
  const { child } = guarded;
  child.stdout?.on('data', options.output);
  child.stderr?.on('data', options.output);

  let activity: CurrentStep | undefined;
  let late: FailedRequest | undefined;
  let waiting: ((answer: Answer) => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const settle = (answer: Answer): void => {
    clearTimeout(timer);
    if (waiting) waiting(answer);
    else if (answer.type !== 'done') late ??= answer;
    waiting = undefined;
  };
  const giveUp = (how: string): void => {
    settle({ type: 'gone', how, ...(activity && { activity }) });
  };
  const begin = (next: CurrentStep): void => {
    activity = next;
    clearTimeout(timer);
    const { timeout } = options;
    if (timeout === undefined) return;
    timer = setTimeout(giveUp, timeout, `it took longer than ${timeout / 1000} s, and was stopped`);
  };
  child.on('message', (message: Message) => {
    if (message.type === 'done') settle({ type: 'done', result: message.result });
    else if (message.type === 'failed') settle(message);
    else if (message.type === 'activity') begin(message.activity);
    else options.onMessage(message);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      giveUp(`its process could not be started: ${error.message}`);
      resolve();
    });
    child.once('exit', (code, signal) => {
      giveUp(signal ? `its process was ended by ${signal}` : `its process exited with code ${code ?? '?'}`);
      resolve();
    });
  });

  return {
    request: (request) =>
      new Promise((resolve) => {
        if (late) resolve(late);
        else {
          waiting = resolve;
          // If this fails, the child has exited, which settles the request.
          child.send(request, () => undefined);
        }
      }),
    warmUp: (message) => {
      // If this fails, the child has exited, which its next request will report.
      child.send(message, () => undefined);
    },
    lateFailure: () => late,
    end: async () => {
      killGroup(guarded);
      await gone;
      await drained(child);
    },
  };
}

/** Ends a process and all that it started. Never throws. */
export function killGroup({ child, guard }: Guarded): void {
  if (child.pid === undefined) return;
  try {
    if (windows) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has already exited, and its group is empty.
  }
  guard?.kill('SIGKILL');
}

/**
 * The child exits when its parent exits, unless it is in an endless loop. So a shell waits for the end of driftmark's
 * pipe, which also closes if driftmark is killed, and then ends the whole group. (Without `--`, which the
 * `kill` of dash takes for a process.)
 */
export function orphanGuardOf(child: ChildProcess): ChildProcess | undefined {
  if (windows || child.pid === undefined) return undefined;
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "-$1"', 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  return guard;
}

/** Waits until the output before the exit has been read, unless a stray process keeps the pipe open. */
export async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  const patience = AbortSignal.timeout(500);
  const open = streams.filter((stream) => !stream.closed);
  await Promise.all(open.map((stream) => once(stream, 'close', { signal: patience }).catch(() => undefined)));
  for (const stream of streams) stream.destroy();
}

/** Converts the result of a request to an error. */
export function errorOf(answer: FailedRequest): DriftmarkError {
  if (answer.type === 'failed') {
    const { code, message, ...options } = answer.failure;
    return new DriftmarkError(code, message, options);
  }
  const { activity, how } = answer;
  if (!activity) {
    return new DriftmarkError('migration-failed', `the migrations could not be run: ${how}`, {
      remedy: remedyOf(how),
    });
  }
  return new DriftmarkError('migration-failed', `${headline(activity)}: ${how}`, {
    place: { file: fileOf(activity) },
    remedy: remedyOf(how),
  });
}

function remedyOf(how: string): string {
  if (how.includes('exited')) return 'A migration must not end its process: throw an error instead.';
  if (how.includes('longer'))
    return 'Make sure that it does not wait for a promise that is never settled, or split it if it does too much work.';
  return 'Try again. If that does not help, check that this machine has enough free memory and processes.';
}

/** Writes the output of migrations. */
export function sink(to: NodeJS.WritableStream | ((chunk: Buffer) => void)): (chunk: Buffer) => void {
  return typeof to === 'function' ? to : (chunk) => void to.write(chunk);
}
