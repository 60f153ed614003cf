import path from 'node:path';
import { DriftmarkError } from './errors.js';
import type { Change } from './schema/compare.js';

/**
 * Where a difference of a live database comes from: migrations that it has yet to run, a report that was not updated,
 * migrations that the project lacks, or none at all.
 */
export type Verdict = 'pending' | 'stale report' | 'ahead' | 'out of band';

/** A difference, with the migration that made it where one is known. */
export interface ExplainedChange {
  readonly change: Change;
  /** The name of the migration that introduced it. */
  readonly migration?: string;
  /** The absolute path of the file of that migration. */
  readonly migrationFile?: string;
  /** Of a live database whose project's migrations are at hand. */
  readonly verdict?: Verdict;
  /** It does not fail: it is told, and that is all. */
  readonly isAllowed?: true;
}

/** A down migration that did not restore what its up had found. */
export interface FailedDown {
  readonly migration: string;
  /** What it threw. */
  readonly error?: DriftmarkError;
  /** What is different from the state before its up. */
  readonly leftBehind: readonly Change[];
  /** The committed report lists it already. */
  readonly isListed?: true;
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
  | 'no-migrations'
  /** A live database differs from the report. */
  | 'live'
  /** The second of two sources differs from the first. */
  | 'sources';

/** The two texts that are compared, for a unified diff. */
export interface TextDifference {
  readonly before: string;
  readonly after: string;
  /** What they are called in the diff, where it is not the report and the migrations. */
  readonly names?: { readonly before: string; readonly after: string };
}

/** What is known of a live database beside how it fared. */
export interface LiveFacts {
  /** As people may see it: user, host, port and name. */
  readonly database: string;
  /** The schema, where each of several was compared with the report's one. */
  readonly schema?: string;
  /** `server_version_num`. */
  readonly versionNum?: number;
  /** The same for databases with the same schema. */
  readonly fingerprint?: string;
  /** Differences that presets and ignore rules took out. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** Schemas of the database that the report does not cover. */
  readonly otherSchemas: readonly string[];
  /** Migrations that it has yet to run. */
  readonly pending?: readonly string[];
  /** Migrations that it has run and the project lacks. */
  readonly unknown?: readonly string[];
}

/** How one target, or one database, fared. Plain data: the reporters make texts of it. */
export interface Outcome {
  /** The target's name. */
  readonly name: string;
  /** The report's path, relative to the working directory. */
  readonly report: string;
  /** Seconds that it took. */
  readonly seconds: number;
  /** Of a live database. */
  readonly live?: LiveFacts;
  readonly result:
    | {
        readonly type: 'in-sync';
        /** Absent for a live database, and if a command runs the migrations. */
        readonly migrations?: number;
        /** The layout of the migrations. Absent for a live database. */
        readonly layout?: string;
        readonly tables: number;
      }
    | {
        readonly type: 'written';
        /** Absent if a command runs the migrations. */
        readonly migrations?: number;
        readonly layout?: string;
        readonly tables: number;
        readonly isNew: boolean;
      }
    | {
        readonly type: 'drift';
        readonly reason: DriftReason;
        readonly changes: readonly ExplainedChange[];
        /** What differs on the page beside the schema: the name, the failing downs, the layout of the file. */
        readonly remarks: readonly string[];
        /** Absent where a fleet has drifted in too many ways to keep the text of each. */
        readonly difference?: TextDifference;
        /** The line of the report where it stops being one, for `unreadable-report`. */
        readonly line?: number;
        /** The command that accepts what was found, if there is one. */
        readonly remedy?: string;
        /** The command that sets up a repository, for `no-report`. */
        readonly setup?: string;
      }
    | { readonly type: 'failed'; readonly error: DriftmarkError };
  readonly failedDowns: readonly FailedDown[];
}

type Drift = Extract<Outcome['result'], { readonly type: 'drift' }>;

/** docs/exit-codes.md. */
export type ExitCode = 0 | 1 | 2 | 3;

export function exitCodeOf({ result }: Outcome): ExitCode {
  switch (result.type) {
    case 'in-sync':
    case 'written':
      return 0;
    case 'drift':
      // With a report that cannot be parsed, nothing was compared.
      if (result.reason === 'unreadable-report') return 1;
      return isTolerated(result) ? 0 : 2;
    case 'failed':
      return result.error.exitCode;
  }
}

/** Whether there is nothing but changes that do not fail. */
export function isTolerated({ reason, changes, remarks }: Drift): boolean {
  return (
    (reason === 'changed' || reason === 'live' || reason === 'sources') &&
    changes.length > 0 &&
    remarks.length === 0 &&
    changes.every((change) => change.isAllowed === true)
  );
}

/** Of several codes the worst: trouble before drift, drift before what could not be read. */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return ([1, 2, 3] as const).find((code) => codes.includes(code)) ?? 0;
}

/** A target that could not be checked. */
export function failedOutcome(
  target: { readonly name: string; readonly report: string },
  cwd: string,
  error: unknown,
): Outcome {
  if (!(error instanceof DriftmarkError)) throw error;
  return {
    name: target.name,
    report: path.relative(cwd, target.report),
    seconds: 0,
    failedDowns: [],
    result: { type: 'failed', error },
  };
}
