import type { Share } from '../introspect/incremental/shared-objects.js';
import type { MigrationsFolder, SpareProcess } from '../migrations/migrations.js';
import type { ReportFormat } from '../report/report.js';
import type { ScratchEnvironment } from '../scratch/scratch.js';
import type { Target } from '../project/targets.js';
import type { OnPhase } from './phases.js';

/** How far a target's migrations have come. */
export interface Step {
  /** The target's name. */
  readonly target: string;
  readonly direction: 'up' | 'down';
  /** How many migrations have been applied, or tried down. */
  readonly done: number;
  readonly of: number;
}

export type OnSql = (sql: string, milliseconds: number) => void;

/** What a build needs beside its target. */
export interface BuildEnvironment extends ScratchEnvironment {
  /** Takes notices, for stderr. */
  readonly notice: (text: string) => void;
  /** Takes what migrations print, for stderr. */
  readonly output: (chunk: Buffer) => void;
  /** Told of each step of the work. */
  readonly progress?: (step: Step) => void;
  /** Told of each SQL statement of the set-up and the migrations, and of its milliseconds. */
  readonly onSql?: OnSql;
  readonly onPhase?: OnPhase;
  /** Whether nothing else is built at the same time, so that one build may use the whole machine. Default: no. */
  readonly isAlone?: boolean;
  /** A process for migrations that has started already. */
  readonly spare?: SpareProcess;
  /** Lets the readings of several databases share equal objects. */
  readonly share?: Share;
}

/** What is built: a target's migrations, for a format. */
export interface BuildPlan {
  readonly target: Target;
  readonly folder: MigrationsFolder;
  readonly format: ReportFormat;
  /** Whether each migration is tried down. */
  readonly down: boolean;
}

/** Migrations of a history: the one numbered `from`, counted from 0, to the one before `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}
