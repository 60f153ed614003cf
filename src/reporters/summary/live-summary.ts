import type { LiveFacts, Outcome, Verdict } from '../../outcome.js';
import { VERDICTS, type ListedChange } from './change-list.js';
import { count, listed, type Remedy } from './words.js';

/** The name of a database, and of the schema in it that was compared, without the password. */
export const labelOf = ({ database, schema }: LiveFacts): string =>
  schema === undefined ? database : `${database} › ${schema}`;

/** `2 pending, 1 out of band`; `pending` if all are. Empty if no verdict is known. */
export function describeVerdicts(changes: readonly { readonly verdict?: Verdict }[]): string {
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    number: changes.filter((change) => change.verdict === verdict).length,
  })).filter(({ number }) => number > 0);
  return counts
    .map(({ verdict, number }) => (number === changes.length ? verdict : `${number} ${verdict}`))
    .join(', ');
}

/** What presets and ignore rules left out: a line for each. */
export const describeLeftOut = ({ leftOut }: LiveFacts): readonly string[] =>
  leftOut.map((each) => `${count(each.count, 'change')} ignored (${each.reason})`);

/** Since this version PostgreSQL prints view and rule definitions without needless qualification. */
const SHORTER_DEFINITIONS = 160_000;

/** A hint at definitions that may differ only because another version printed them. */
export function versionNote({ changes }: Drift, { versionNum }: LiveFacts): readonly string[] {
  const isDefinition = changes.some(
    ({ change }) => change.type === 'changed' && change.fact === 'definition',
  );
  if (!isDefinition || versionNum === undefined || versionNum >= SHORTER_DEFINITIONS) return [];
  const major = Math.floor(versionNum / 10_000);
  return [
    `PostgreSQL ${major} formats view definitions differently from 16 and later. Set \`postgresVersion: ${major}\` to generate the report in that format.`,
  ];
}

type Drift = Extract<Outcome['result'], { readonly type: 'drift' }>;

/** What to do about the changes of each verdict that fail the check. */
export function remediesFor(
  changes: readonly ListedChange[],
  { pending = [], unknown = [] }: LiveFacts,
  updateCommand = 'npx driftmark update',
): readonly Remedy[] {
  const remedies: readonly (readonly [Verdict | undefined, string, string])[] = [
    [undefined, 'To fix:', FIX],
    ['out of band', 'Out of band:', FIX],
    [
      'ahead',
      'Ahead:',
      `the database has run ${listed(unknown)}, which this checkout does not contain. Check out the deployed commit.`,
    ],
    ['stale report', 'Stale report:', updateCommand],
    ['pending', 'Pending:', `deploy ${listed(pending)}`],
  ];
  return remedies
    .filter(([verdict]) => changes.some((change) => change.verdict === verdict && !change.isIgnored))
    .map(([, purpose, command]) => ({ purpose, command, isProse: purpose !== 'Stale report:' }));
}

const FIX = 'add a migration for it, revert it in the database, or add an ignore rule';
