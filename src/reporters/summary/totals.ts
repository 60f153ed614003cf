import type { Outcome } from '../../outcome.js';
import { statusOf, type Status } from './outcome-summary.js';

/** How many targets fared how. */
export type Totals = Readonly<Record<Status, number>>;

/** Counts them. */
export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const statuses = outcomes.map(statusOf);
  const count = (status: Status) => statuses.filter((each) => each === status).length;
  return { ok: count('ok'), failed: count('failed'), drift: count('drift'), incomplete: count('incomplete') };
}

const WORDS: Readonly<Record<Status, string>> = {
  failed: 'could not be checked',
  drift: 'drifted',
  incomplete: 'incomplete',
  ok: 'in sync',
};

/** `5 targets: 1 could not be checked, 1 drifted, 3 in sync`, the worst first. */
export function describeTotals(totals: Totals): string {
  const statuses: readonly Status[] = ['failed', 'drift', 'incomplete', 'ok'];
  const all = statuses.reduce((sum, status) => sum + totals[status], 0);
  const parts = statuses
    .filter((status) => totals[status] > 0)
    .map((status) => `${totals[status]} ${WORDS[status]}`);
  if (all === 0) return 'no target to check';
  return `${all} target${all === 1 ? '' : 's'}: ${parts.join(', ')}`;
}
