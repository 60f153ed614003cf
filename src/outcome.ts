import path from 'node:path';
import { DriftmarkError } from './errors.js';
import type { Change } from './schema/compare.js';

/**
 * The cause of a difference of a live database: `pending` migrations that the database has not run, a `stale report`
 * that was not updated, migrations that the project does not contain (`ahead`), or a change without a migration (`out of
 * band`).
 */
export type Verdict = 'pending' | 'stale report' | 'ahead' | 'out of band';

/** A change, with the migration that introduced it if it is known. */
export interface ExplainedChange {
  readonly change: Change;
  /** The name of the migration that introduced it. */
  readonly migration?: string;
  /** The absolute path of the file of that migration. */
  readonly migrationFile?: string;
  /** Only for a live database, and if the migrations of the project can be run. */
  readonly verdict?: Verdict;
  /** The change is reported, but does not fail the check. */
  readonly isAllowed?: true;
}

/** A down migration that failed, or did not restore the schema before its up migration. */
export interface FailedDown {
  readonly migration: string;
  /** The error that it threw. */
  readonly error?: DriftmarkError;
  /** The changes from the schema before the up migration to the schema after the down migration. */
  readonly leftBehind: readonly Change[];
  /** The committed report already lists it as irreversible. */
  readonly isListed?: true;
}

/** Why a result is drift. */
export type DriftReason =
  /** The report differs from the schema that the migrations create. */
  | 'changed'
  /** The report does not exist yet. */
  | 'no-report'
  /** The report cannot be parsed: it has conflict markers, was edited by hand, or is incomplete. */
  | 'unreadable-report'
  /** The report exists, but its migrations have been deleted. */
  | 'no-migrations'
  /** A live database differs from the report. */
  | 'live'
  /** The second of two sources differs from the first. */
  | 'sources';

/** The two reports that are compared, as text for a unified diff. */
export interface TextDifference {
  readonly before: string;
  readonly after: string;
  /** The names of the two sides of the diff. Default: the report and the migrations. */
  readonly names?: { readonly before: string; readonly after: string };
}

/** Information on a live database, in addition to the result. */
export interface LiveFacts {
  /** User, host, port and name, without a password. */
  readonly database: string;
  /** The tenant schema that was compared with the only schema of the report. */
  readonly schema?: string;
  /** `server_version_num`. */
  readonly versionNum?: number;
  /** A hash that is equal for databases with the same schema. */
  readonly fingerprint?: string;
  /** The number of changes that each preset and ignore rule ignored. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
  /** Schemas of the database that the report does not cover. */
  readonly otherSchemas: readonly string[];
  /** Migrations that the database has not run. */
  readonly pending?: readonly string[];
  /** Migrations that the database has run and the project does not contain. */
  readonly unknown?: readonly string[];
}

/** The result for one target or one database, as plain data. Reporters turn it into text. */
export interface Outcome {
  /** The target's name. */
  readonly name: string;
  /** The report's path, relative to the working directory. */
  readonly report: string;
  /** The duration in seconds. */
  readonly seconds: number;
  /** `server_version_num` of the scratch server on which the migrations ran. */
  readonly versionNum?: number;
  /** Only for a live database. */
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
        /** Whether the report did not exist before. */
        readonly isNew: boolean;
        /** The changes in the report. Empty if the earlier report did not exist or could not be read. */
        readonly changes: readonly ExplainedChange[];
      }
    | {
        readonly type: 'drift';
        readonly reason: DriftReason;
        readonly changes: readonly ExplainedChange[];
        /** Differences that are not in the schema: the name, the irreversible migrations, the formatting of the file. */
        readonly remarks: readonly string[];
        /** Absent if a fleet has too many different drifts to keep the text of each one in memory. */
        readonly difference?: TextDifference;
        /** For `unreadable-report`: the first line that cannot be parsed. */
        readonly line?: number;
        /** The command that accepts the changes, if there is one. */
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
      return onlyIgnoredChanges(result) ? 0 : 2;
    case 'failed':
      return result.error.exitCode;
  }
}

/** Whether all differences are changes that do not fail the check. */
export function onlyIgnoredChanges({ reason, changes, remarks }: Drift): boolean {
  return (
    (reason === 'changed' || reason === 'live' || reason === 'sources') &&
    changes.length > 0 &&
    remarks.length === 0 &&
    changes.every((change) => change.isAllowed === true)
  );
}

/** The worst of several codes: a failure (1) is worse than drift (2), and drift is worse than an incomplete reading (3). */
export function worstExitCode(codes: readonly ExitCode[]): ExitCode {
  return ([1, 2, 3] as const).find((code) => codes.includes(code)) ?? 0;
}

/** The outcome of a target that could not be checked. */
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
