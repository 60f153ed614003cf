import type { DriftmarkError } from './errors.js';
import type { Change } from './schema/compare.js';

/** A difference, with the migration that made it where one is known. */
export interface ExplainedChange {
  readonly change: Change;
  /** The name of the migration that introduced it. */
  readonly migration?: string;
}

/** A down migration that did not restore what its up had found. */
export interface FailedDown {
  readonly migration: string;
  /** What it threw. */
  readonly error?: DriftmarkError;
  /** What is different from the state before its up. */
  readonly leftBehind: readonly Change[];
}

/** Why a report counts as drift. */
export type DriftReason =
  /** The report says something else. */
  | 'changed'
  /** There is no report yet. */
  | 'no-report'
  /** The report cannot be read: conflict markers, edited by hand, cut short. */
  | 'unreadable-report'
  /** There is a report, and no migrations any more. */
  | 'no-migrations';

/** The two texts that are compared, for a unified diff. */
interface TextDifference {
  readonly before: string;
  readonly after: string;
}

/** How one target, or one database, fared. Plain data: the reporters make texts of it. */
export interface Outcome {
  /** The target's name. */
  readonly name: string;
  /** The report's path, relative to the working directory. */
  readonly report: string;
  /** Seconds that it took. */
  readonly seconds: number;
  readonly result:
    | { readonly type: 'in-sync'; readonly migrations: number; readonly tables: number }
    | {
        readonly type: 'written';
        readonly migrations: number;
        readonly tables: number;
        readonly isNew: boolean;
      }
    | {
        readonly type: 'drift';
        readonly reason: DriftReason;
        readonly changes: readonly ExplainedChange[];
        /** What differs on the page beside the schema: the name, the failing downs, the layout of the file. */
        readonly remarks: readonly string[];
        readonly difference: TextDifference;
        /** The line of the report where it stops being one, for `unreadable-report`. */
        readonly line?: number;
        /** The command that accepts what was found. */
        readonly remedy: string;
      }
    | { readonly type: 'failed'; readonly error: DriftmarkError };
  readonly failedDowns: readonly FailedDown[];
}

/** docs/exit-codes.md. */
export type ExitCode = 0 | 1 | 2 | 3;

export function exitCodeOf({ result }: Outcome): ExitCode {
  switch (result.type) {
    case 'in-sync':
    case 'written':
      return 0;
    case 'drift':
      return 2;
    case 'failed':
      return result.error.exitCode;
  }
}

/** Of several codes the worst: trouble before drift, drift before what could not be read. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return ([1, 2, 3] as const).find((code) => codes.includes(code)) ?? 0;
}
