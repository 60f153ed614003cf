import { spawn } from 'node:child_process';
import { drained, killGroup, orphanGuardOf } from '../runner/child-process.js';

export interface ShellOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** Takes what the command prints, on either stream, a line at a time. */
  readonly onLine: (line: string) => void;
  /** Takes what the command prints on stdout, also a line at a time. */
  readonly onStdoutLine?: (line: string) => void;
}

/** How a command ended. */
export type ShellResult =
  | { readonly type: 'exit'; readonly code: number }
  | { readonly type: 'killed'; readonly by: string }
  | { readonly type: 'timeout' }
  | { readonly type: 'error'; readonly message: string };

/** Runs a command by the shell, without stdin, and ends everything that it started. */
export async function runInShell(command: string, options: ShellOptions): Promise<ShellResult> {
  const { cwd, env, timeout, signal, onLine, onStdoutLine } = options;
  const child = spawn(command, {
    shell: true,
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended along with what it starts.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const guarded = { child, guard: orphanGuardOf(child) };
  const end = (): void => {
    killGroup(guarded);
  };
  const onStdout = (line: string): void => {
    onLine(line);
    onStdoutLine?.(line);
  };
  const flush = [byLine(child.stdout, onStdout), byLine(child.stderr, onLine)];
  const late = { is: false };
  const timer = setTimeout(() => {
    late.is = true;
    end();
  }, timeout);
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const result = await new Promise<ShellResult>((resolve) => {
      child.once('error', ({ message }) => {
        resolve({ type: 'error', message });
      });
      child.once('exit', (code, by) => {
        resolve(by === null ? { type: 'exit', code: code ?? 0 } : { type: 'killed', by });
      });
    });
    return late.is ? { type: 'timeout' } : result;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    end();
    await drained(child);
    for (const rest of flush) rest();
  }
}

/** Characters. The rest of a longer line is left out, because a command may print anything. */
const LONGEST_LINE = 4000;

/** Passes on the lines of a stream. The returned function passes on a last line without an end. */
function byLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): () => void {
  let rest = '';
  let isCut = false;
  const add = (text: string): void => {
    isCut ||= rest.length + text.length > LONGEST_LINE;
    rest += text.slice(0, Math.max(0, LONGEST_LINE - rest.length));
  };
  const pass = (): void => {
    onLine(isCut ? `${rest}…` : rest);
    [rest, isCut] = ['', false];
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = text.split(/\r?\n|\r/);
    const last = lines.pop() ?? '';
    for (const line of lines) {
      add(line);
      pass();
    }
    add(last);
  });
  return () => {
    if (rest !== '') pass();
  };
}
