import type { DriftmarkError } from '../errors.js';
import { isTolerated, type Outcome } from '../outcome.js';
import { count } from './account.js';
import type { Group } from './fleet.js';
import { verdictsOf } from './live-account.js';

/** How one database fared, in a few words. */
export function shortly({ result }: Outcome): string {
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
  return `${many} ${members.length === 1 ? 'has' : 'share'} this drift: ${shortly(outcome)}`;
}

/** So many sorts are told apart in one line. */
const MOST_SORTS = 6;

/** `412 databases: 409 match, 2 share a drift, 1 unreachable`. */
export function describeFleet(groups: readonly Group[], shared?: string): string {
  const sorts = groups.map(({ outcome: { result }, members: { length } }) => {
    if (result.type === 'failed') return `${length} ${troubleOf(result.error)}`;
    if (result.type !== 'drift') return `${length} ${length === 1 ? 'matches' : 'match'}`;
    const drift = isTolerated(result) ? 'a drift that does not fail' : 'a drift';
    return `${length} ${length === 1 ? 'has' : 'share'} ${drift}`;
  });
  const [first] = groups;
  const all = groups.reduce((sum, { members }) => sum + members.length, 0);
  const left = groups.slice(MOST_SORTS).reduce((sum, { members }) => sum + members.length, 0);
  const shown = [...sorts.slice(0, MOST_SORTS), ...(left > 0 ? [`${left} are otherwise`] : [])];
  const whole = count(all, first ? nounOf(first.outcome) : 'database');
  return `${whole}${shared === undefined ? '' : ` of ${shared}`}: ${shown.join(', ')}`;
}

const nounOf = ({ live }: Outcome) => (live?.schema === undefined ? 'database' : 'schema');
