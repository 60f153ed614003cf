import type { ExitCode } from '../outcome.js';
import type { HostProcess } from './process.js';
import type { Streams } from './streams.js';

/** What a command works with. */
export interface CommandContext {
  readonly host: HostProcess;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  /** Sets the exit code of a command that came to its end. */
  readonly exit: (code: ExitCode) => void;
}
