import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import type { DriftmarkError } from '../../errors.js';
import type { Migration, MigrationsFolder } from '../layouts/layout.js';
import type { PlatformExtensions } from './missing-extensions.js';
import type { SpareProcess } from './child-process.js';
import type { StepsRequest } from './protocol.js';

/** The database and the working directory of migrations, and the callbacks. */
export interface RunnerOptions {
  readonly folder: MigrationsFolder;
  /** A scratch database. It may still be under construction: a child process starts without waiting for it. */
  readonly connection: ConnectionSettings | Promise<ConnectionSettings>;
  /** The working directory of migrations that are code, and where their tool's package is looked for. */
  readonly projectDir: string;
  /** Receives everything that migrations print, on stdout and on stderr. */
  readonly stderr: NodeJS.WritableStream | ((chunk: Buffer) => void);
  /** Stops the running step immediately. This step and all later ones reject with `interrupted`. */
  readonly signal?: AbortSignal;
  /** Receives each query when it has finished. */
  readonly onSql?: (sql: string, milliseconds: number) => void;
  /** Extensions that the scratch server may lack, because only a hosted platform has them. */
  readonly platformExtensions?: PlatformExtensions;
  /** A process for migrations that are code. Default: a new one. */
  readonly spare?: SpareProcess;
  /** The longest that one migration may take, in milliseconds. Default: no limit. */
  readonly timeout?: number;
}

/** Runs migrations of one kind: SQL in this process, or code in a child process. */
export interface Steps {
  /** Starts slow preparations without waiting for them. */
  warmUp(): void;
  run(steps: StepsRequest, onStep?: (migration: Migration) => void): Promise<void>;
  /** A failure that came after the step which caused it had been answered. */
  lateFailure(): DriftmarkError | undefined;
  /** As that of the runner. Absent: never. */
  readonly areWritesCounted?: () => boolean;
  end(): Promise<void>;
}
