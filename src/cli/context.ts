import type { ExitCode } from '../outcome.js';
import type { SpareProcess } from '../migrations/migrations.js';
import type { HostProcess } from './host-process.js';
import type { Streams } from './output/streams.js';
import type { Timings } from './output/timings.js';

/** What a command works with. */
export interface CommandContext {
  readonly host: HostProcess;
  readonly streams: Streams;
  readonly signal: AbortSignal;
  readonly timings: Timings;
  /** A process for migrations that has already started. */
  readonly spare?: SpareProcess;
  /** How driftmark is run in this project: `npx driftmark`, `pnpm exec driftmark`. */
  readonly invocation: () => Promise<string>;
  /** Sets the exit code of a command that came to its end. */
  readonly exit: (code: ExitCode) => void;
}
