import type { Readable, Writable } from 'node:stream';

/** What the command line needs of a process: Node's own, or one that a test made up. */
export interface HostProcess {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly cwd: () => string;
  exitCode?: number | string | null | undefined;
  readonly on: (event: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
  readonly off: (event: 'SIGINT' | 'SIGTERM', listener: () => void) => unknown;
}
