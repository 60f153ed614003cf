import type { DriftmarkError } from '../../errors.js';
import { isTolerated, type Outcome } from '../../outcome.js';
import { count } from './outcome-summary.js';
import type { Group } from './fleet.js';
import { verdictsOf } from './live-summary.js';

/** How one database fared, in a few words. */
export function shortStatus({ result }: Outcome): string {
  switch (result.type) {
    case 'in-sync':
      return 'in sync';
    case 'written':
      return 'written';
    case 'drift': {
      const verdicts = verdictsOf(result.changes);
      return (
        count(result.changes.length, 'change') +
        (verdicts === '' ? '' : ` (${verdicts})`) +
        (isTolerated(result) ? ', none that fails' : '')
      );
    }
    case 'failed':
      return `${troubleOf(result.error)}: ${reasonOf(result.error)}`;
  }
}

const TROUBLE: Partial<Record<DriftmarkError['code'], string>> = {
  'connection-failed': 'unreachable',
  incomplete: 'incomplete',
};

const troubleOf = ({ code }: DriftmarkError) => TROUBLE[code] ?? 'could not be checked';

/** What the other side said, else what we say; of what is hidden, the statements that open it. */
export function reasonOf({ code, message, details }: DriftmarkError): string {
  const told =
    code === 'incomplete' ? details : details.filter(({ label }) => label === 'reason').slice(0, 1);
  return told.length === 0 ? message : told.map(({ text }) => text).join(' ');
}

/** `2 databases share this drift: 3 changes (pending)`. */
export function headlineOf({ outcome, members }: Group): string {
  const many = count(members.length, nounOf(outcome));
  const { result } = outcome;
  if (result.type === 'failed') return `${many} ${troubleOf(result.error)}`;
  if (result.type !== 'drift') return `${many} in sync`;
  return `${many} ${members.length === 1 ? 'has' : 'share'} this drift: ${shortStatus(outcome)}`;
}

/** `412 databases: 409 match, 2 share a drift, 1 unreachable`. */
export function describeFleet(groups: readonly Group[], shared?: string): string {
  const counts = new Map<string, number>();
  const isOneShared = groups.filter(isSharedDrift).length === 1;
  for (const group of groups) {
    const sort = isOneShared && isSharedDrift(group) ? 'share a drift' : sortOf(group);
    counts.set(sort, (counts.get(sort) ?? 0) + group.members.length);
  }
  const parts = [...counts].map(([sort, number]) => `${number} ${(number === 1 ? ONE : MANY)[sort] ?? sort}`);
  const [first] = groups;
  const all = groups.reduce((sum, { members }) => sum + members.length, 0);
  const whole = count(all, first ? nounOf(first.outcome) : 'database');
  return `${whole}${shared === undefined ? '' : ` of ${shared}`}: ${parts.join(', ')}`;
}

/** Databases of one sort are counted together; those of each drift that is shared, for themselves. */
function sortOf(group: Group): string {
  const { result, live } = group.outcome;
  if (result.type === 'failed') return troubleOf(result.error);
  if (result.type !== 'drift') return 'match';
  if (isTolerated(result)) return 'tolerated';
  return isSharedDrift(group) ? `share the drift ${live?.fingerprint ?? ''}` : 'alone';
}

const isSharedDrift = ({ outcome: { result }, members }: Group) =>
  result.type === 'drift' && !isTolerated(result) && members.length > 1;

const ONE: Readonly<Record<string, string>> = {
  match: 'matches',
  tolerated: 'has a drift that does not fail',
  alone: 'has a drift of its own',
};
const MANY: Readonly<Record<string, string>> = {
  tolerated: 'have a drift that does not fail',
  alone: 'have drifts of their own',
};

const nounOf = ({ live }: Outcome) => (live?.schema === undefined ? 'database' : 'schema');
