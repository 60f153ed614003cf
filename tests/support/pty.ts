import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import headless from '@xterm/headless';
import { cleanEnv } from './cli.js';

export interface PtyOptions {
  readonly cwd: string;
  readonly columns: number;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with all that was written so far. */
  readonly onData?: (written: string, terminal: { readonly type: (keys: string) => void }) => void;
}

export interface PtyResult {
  readonly code: number;
  /** Every byte that was written, escape sequences and all; lines end with a line feed. */
  readonly written: string;
  /** What stands on the screen in the end. */
  readonly screen: string;
}

const BIN = path.resolve('bin/driftmark.js');
const ROWS = 120;

/** Runs the command on a pseudo-terminal, to its end. */
export function driftmarkOnPty(
  args: readonly string[],
  { cwd, columns, env = {}, onData }: PtyOptions,
): Promise<PtyResult> {
  return new Promise((resolve) => {
    const screen = new headless.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true });
    let written = '';
    const pty = spawn(process.execPath, [BIN, ...args], {
      cwd,
      cols: columns,
      rows: ROWS,
      name: 'xterm-256color',
      env: cleanEnv({ TERM: 'xterm-256color', ...env }),
    });
    pty.onData((data) => {
      written += data;
      screen.write(data);
      onData?.(written, {
        type: (keys) => {
          pty.write(keys);
        },
      });
    });
    pty.onExit(({ exitCode }) => {
      screen.write('', () => {
        resolve({ code: exitCode, written: written.replaceAll('\r\n', '\n'), screen: textOf(screen) });
        screen.dispose();
      });
    });
  });
}

function textOf({ buffer: { active } }: headless.Terminal): string {
  const lines = Array.from(
    { length: active.length },
    (_, at) => active.getLine(at)?.translateToString(true) ?? '',
  );
  return lines.join('\n').trimEnd();
}
