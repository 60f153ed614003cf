import type { ExplainedChange, LiveFacts, Outcome, Verdict } from '../../outcome.js';

/** Something that makes it good, and what it is good for. */
export interface Remedy {
  readonly purpose: string;
  readonly command: string;
}

/** A database, and the schema of it that is meant, as people may see them. */
export const labelOf = ({ database, schema }: LiveFacts): string =>
  schema === undefined ? database : `${database} › ${schema}`;

const VERDICTS: readonly Verdict[] = ['pending', 'stale report', 'ahead', 'out of band'];

/** `2 pending, 1 out of band`; all of one sort have no number; empty where nothing is known. */
export function verdictsOf(changes: readonly ExplainedChange[]): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    number: changes.filter((change) => change.verdict === verdict).length,
  })).filter(({ number }) => number > 0);
  return counts
    .map(({ verdict, number }) => (number === changes.length ? verdict : `${number} ${verdict}`))
    .join(', ');
}

/** What was no difference because a preset or a rule says so: a line for each. */
export const leftOutOf = ({ leftOut }: LiveFacts): readonly string[] =>
  leftOut.map(
    ({ reason, count }) => `${count} ${count === 1 ? 'difference' : 'differences'} left out (${reason})`,
  );

/** From this version on, PostgreSQL leaves needless qualification out of the texts of views and rules. */
const SHORTER_TEXTS = 160_000;

/** Texts that may differ only because another version printed them. */
export function versionNote({ changes }: Drift, { versionNum }: LiveFacts): readonly string[] {
  const isText = changes.some(({ change }) => change.type === 'changed' && change.fact === 'definition');
  if (!isText || versionNum === undefined || versionNum >= SHORTER_TEXTS) return [];
  const major = Math.floor(versionNum / 10_000);
  return [
    `PostgreSQL ${major} prints the texts of views otherwise than 16 and later do: with the setting postgresVersion at ${major} the report has them as they are printed there`,
  ];
}

type Drift = Extract<Outcome['result'], { readonly type: 'drift' }>;

/** What can be done about each sort of difference. */
export function adviceOn({ changes }: Drift, { pending = [], unknown = [] }: LiveFacts): readonly Remedy[] {
  const advice: readonly (readonly [Verdict | undefined, string, string])[] = [
    ['pending', 'Pending', `run ${named(pending)} there`],
    ['stale report', 'Stale report', 'npx driftmark update'],
    ['ahead', 'Ahead', `it has run ${named(unknown)}, which is not here: check the commit that is deployed`],
    ['out of band', 'Out of band', MENDING],
    [undefined, 'To mend', MENDING],
  ];
  return advice
    .filter(([verdict]) => changes.some((change) => change.verdict === verdict))
    .map(([, purpose, command]) => ({ purpose, command }));
}

const MENDING = 'make a migration of it, undo it there, or accept it with an ignore rule';

const MAX_LISTED = 10;

/** `1_a.sql, 2_b.sql and 3 more`. */
function named(migrations: readonly string[]): string {
  const shown = migrations.slice(0, MAX_LISTED).join(', ');
  const left = migrations.length - MAX_LISTED;
  return left > 0 ? `${shown} and ${left} more` : shown;
}
