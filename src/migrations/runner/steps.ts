import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import type { DriftmarkError } from '../../errors.js';
import type { Migration, MigrationsFolder } from '../layouts/layout.js';
import type { StepsRequest } from './protocol.js';

/** Where migrations run, and who is informed. */
export interface RunnerOptions {
  readonly folder: MigrationsFolder;
  /** A scratch database; it may still be being created, which the start of a child process does not wait for. */
  readonly connection: ConnectionSettings | Promise<ConnectionSettings>;
  /** The working directory of migrations that are code, and where their tool's package is looked for. */
  readonly projectDir: string;
  /** Takes everything that migrations print, on stdout and on stderr. */
  readonly stderr: NodeJS.WritableStream | ((chunk: Buffer) => void);
  /** Stops the running step at once; it and all that follow reject with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Takes each query when it is done. */
  readonly onSql?: (sql: string, milliseconds: number) => void;
  /** The longest that one migration may take, in milliseconds. Default: no limit. */
  readonly timeout?: number;
}

/** Runs migrations of one kind: SQL in this process, or code in a child process. */
export interface Steps {
  /** Starts what needs time to start, without waiting for it. */
  warmUp(): void;
  run(steps: StepsRequest, onStep?: (migration: Migration) => void): Promise<void>;
  /** A failure that came after the step which caused it had been answered. */
  lateFailure(): DriftmarkError | undefined;
  end(): Promise<void>;
}
