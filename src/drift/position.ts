import { compare } from '../schema/compare.js';
import type { Evidence } from '../schema/computed-values.js';
import type { Schema } from '../schema/model.js';

/** The schemas that a project's migrations create. */
export interface History {
  /** The schema before the first migration, and after each one. */
  readonly snapshots: readonly Schema[];
  readonly migrations: readonly { readonly name: string; readonly file?: string }[];
  /** Runs the migrations once more, to find the values that they compute when they run. */
  readonly runAgain: () => Promise<Evidence>;
}

/** Which of a project's migrations a live database has. */
export interface Position {
  /** The number of migrations up to the last one that it has. */
  readonly applied: number;
  /** The migrations of the project that it lacks, in their order. */
  readonly pending: readonly string[];
  /** The migrations that it has and the project lacks. */
  readonly unknown: readonly string[];
}

/** What the history table of a live database says. */
export interface RecordedMigrations {
  /** A tool may leave out the extension of a file, or keep only its number. */
  readonly names: readonly string[];
  /** There is one name, which stands for all migrations up to it. */
  readonly isCurrentOnly?: true;
}

/**
 * Finds the position of a live database by its history table, or without one by the snapshot that is nearest to it.
 * A history table that lists none of the project's migrations belongs to another project.
 */
export function positionOf(
  live: Schema,
  { snapshots, migrations }: Pick<History, 'snapshots' | 'migrations'>,
  history: RecordedMigrations | undefined,
): Position {
  const recorded = history?.names;
  const isRecorded = migrations.map(
    ({ name }) => recorded?.some((each) => isRecordedAs(name, each)) === true,
  );
  const last = isRecorded.lastIndexOf(true);
  const isApplied = history?.isCurrentOnly ? isRecorded.map((_, at) => at <= last) : isRecorded;
  if (recorded === undefined || (recorded.length > 0 && !isApplied.includes(true))) {
    const applied = nearest(live, snapshots);
    return { applied, pending: migrations.slice(applied).map(({ name }) => name), unknown: [] };
  }
  return {
    applied: isApplied.lastIndexOf(true) + 1,
    pending: migrations.filter((_, at) => isApplied[at] !== true).map(({ name }) => name),
    unknown: recorded.filter((each) => !migrations.some(({ name }) => isRecordedAs(name, each))),
  };
}

/** knex records `20240101_init.js`. Other tools record `20240101_init`, `20240101` or `20240101.sql`. */
function isRecordedAs(name: string, recorded: string): boolean {
  if (name === recorded) return true;
  const [bare = '', bareRecorded = ''] = [name, recorded].map((each) =>
    each.replace(/(\.up)?\.(sql|[cm]?[jt]s)$/, ''),
  );
  return (
    bare === bareRecorded ||
    (/^\d+$/.test(bareRecorded) && new RegExp(`^0*${bareRecorded}(?!\\d)`).test(bare))
  );
}

/** The latest of the snapshots with the fewest differences. */
function nearest(live: Schema, snapshots: readonly Schema[]): number {
  let best = { at: 0, distance: Infinity };
  snapshots.forEach((snapshot, at) => {
    const distance = compare({ from: snapshot, to: live }).length;
    if (distance <= best.distance) best = { at, distance };
  });
  return best.at;
}
