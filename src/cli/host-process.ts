import type { Readable, Writable } from 'node:stream';

/** A stream that may be a terminal, and then has a width. */
type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

type HostEvent = 'SIGINT' | 'SIGTERM' | 'exit' | 'uncaughtException';

/** What the command line needs of a process: Node's own, or one that a test made up. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly cwd: () => string;
  exitCode?: number | string | null | undefined;
  readonly on: (event: HostEvent, listener: (reason?: unknown) => void) => unknown;
  readonly off: (event: HostEvent, listener: (reason?: unknown) => void) => unknown;
}
