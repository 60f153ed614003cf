import type { MigrationsFolder } from '../migrations/migrations.js';
import type { ReportFormat } from '../report/report.js';
import type { ScratchServer } from '../scratch/scratch.js';
import type { Target } from '../targets.js';

/** What a build needs beside its target. */
export interface BuildEnvironment {
  /** It may still be starting. */
  readonly server: Promise<ScratchServer>;
  /** Takes notices, for stderr. */
  readonly notice: (text: string) => void;
  /** Takes what migrations print, for stderr. */
  readonly output: (chunk: Buffer) => void;
  /** Told of each step of the work. */
  readonly progress?: (step: {
    readonly target: string;
    readonly done: number;
    readonly of: number;
    readonly what: string;
  }) => void;
  /** Told of each SQL statement that migrations send, and of its milliseconds. */
  readonly onSql?: (sql: string, milliseconds: number) => void;
  readonly signal?: AbortSignal;
}

/** What is built: a target's migrations, for a format. */
export interface BuildPlan {
  readonly target: Target;
  readonly folder: MigrationsFolder;
  readonly format: ReportFormat;
  /** Whether each migration is tried down. */
  readonly down: boolean;
}
