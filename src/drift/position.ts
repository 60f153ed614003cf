import { compare } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';

/** What a project's migrations make, step by step. */
export interface History {
  /** The schema before the first migration, and after each one. */
  readonly snapshots: readonly Schema[];
  readonly migrations: readonly { readonly name: string }[];
}

/** How far a live database has come in a project's migrations. */
export interface Position {
  /** How many of them, from the first on, it has. */
  readonly applied: number;
  /** Migrations of the project that it lacks, in their order. */
  readonly pending: readonly string[];
  /** Migrations that it has and the project lacks. */
  readonly unknown: readonly string[];
}

/**
 * Where a live database stands: by what it says it has run, else by the snapshot that is nearest to it.
 * `says` are names in the words of the migration tool, which may leave out a file's extension or all but its number.
 * Books in which none of the project's migrations stands are another project's.
 */
export function positionOf(
  live: Schema,
  { snapshots, migrations }: History,
  says: readonly string[] | undefined,
): Position {
  const isApplied = migrations.map(({ name }) => says?.some((said) => isSaid(name, said)) === true);
  if (says === undefined || (says.length > 0 && !isApplied.includes(true))) {
    const applied = nearest(live, snapshots);
    return { applied, pending: migrations.slice(applied).map(({ name }) => name), unknown: [] };
  }
  return {
    applied: isApplied.lastIndexOf(true) + 1,
    pending: migrations.filter((_, at) => isApplied[at] !== true).map(({ name }) => name),
    unknown: says.filter((said) => !migrations.some(({ name }) => isSaid(name, said))),
  };
}

/** `20240101_init.js` is what knex calls it; other tools say `20240101_init`, or `20240101`. */
function isSaid(name: string, said: string): boolean {
  if (name === said) return true;
  const [bare, alsoBare] = [name, said].map((each) => each.replace(/(\.up)?\.(sql|[cm]?[jt]s)$/, ''));
  return bare === alsoBare || (/^\d+$/.test(said) && new RegExp(`^0*${said}(?!\\d)`).test(bare ?? ''));
}

/** The latest of the snapshots that differ least. */
function nearest(live: Schema, snapshots: readonly Schema[]): number {
  let best = { at: 0, distance: Infinity };
  snapshots.forEach((snapshot, at) => {
    const distance = compare({ from: snapshot, to: live }).length;
    if (distance <= best.distance) best = { at, distance };
  });
  return best.at;
}
