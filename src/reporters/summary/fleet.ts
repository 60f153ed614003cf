import type { DriftmarkError } from '../../errors.js';
import { onlyIgnoredChanges, type Outcome } from '../../outcome.js';
import { groupBy } from '../../util/group-by.js';
import { listChanges } from './change-list.js';
import { countsWithVerdicts, ignoredNote, statusOf, type Status } from './outcome-summary.js';
import { count } from './words.js';

/** Databases with the same result: the same schema, or the same failure. */
export interface Group {
  readonly status: Status;
  /** The first of them, which stands for all. */
  readonly outcome: Outcome;
  readonly members: readonly Outcome[];
}

/** Whether a target was compared with more than one database, or with more than one schema of a database. */
export function isFleet(outcomes: readonly Outcome[]): boolean {
  const names = outcomes.flatMap(({ name, live }) => (live ? [name] : []));
  return new Set(names).size < names.length || outcomes.some(({ live }) => live?.schema !== undefined);
}

const ORDER: readonly Status[] = ['ok', 'drift', 'incomplete', 'failed'];

/** The outcomes by their result: those in sync first, larger groups before smaller ones. */
export function groupsOf(outcomes: readonly Outcome[]): readonly Group[] {
  return [...groupBy(outcomes, keyOf).values()]
    .flatMap((members) => {
      const [outcome] = members;
      return outcome ? [{ status: statusOf(outcome), outcome, members }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || b.members.length - a.members.length);
}

/** Databases with the same schema may differ for different reasons: only one of them has run the migration. */
function keyOf({ name, live, result }: Outcome): string {
  const about = [name, result.type];
  switch (result.type) {
    case 'drift':
      return JSON.stringify([...about, live?.fingerprint, result.changes.map(({ verdict }) => verdict)]);
    case 'failed':
      // A group has one remedy.
      return JSON.stringify([...about, result.error.code, result.error.remedy]);
    case 'in-sync':
    case 'written':
      return JSON.stringify([...about, live?.fingerprint]);
  }
}

/** The database that has all the schemas that were compared; undefined if there is more than one, or none. */
export function sharedDatabase(outcomes: readonly Outcome[]): string | undefined {
  const databases = new Set(outcomes.map(({ live }) => live?.database));
  const [database] = databases;
  return databases.size === 1 && outcomes.some(({ live }) => live?.schema !== undefined)
    ? database
    : undefined;
}

/** The result of one database in a few words: `3 changes (pending)`, `cannot connect: timeout`. */
export function shortStatus({ result }: Outcome): string {
  switch (result.type) {
    case 'in-sync':
      return 'in sync';
    case 'written':
      return 'written';
    case 'drift':
      return countsWithVerdicts(listChanges(result.changes)) + ignoredNote(result);
    case 'failed':
      return `${result.error.code === 'connection-failed' ? 'cannot connect' : failureOf(result.error)}: ${reasonOf(result.error)}`;
  }
}

const FAILURES: Partial<Record<DriftmarkError['code'], string>> = {
  'connection-failed': 'failed to connect',
  incomplete: 'incomplete',
};

const failureOf = ({ code }: DriftmarkError) => FAILURES[code] ?? 'could not be checked';

/** The words of the server, else our own; of a schema that is partly hidden, the statements that show it. */
export function reasonOf({ code, message, details }: DriftmarkError): string {
  const reasons =
    code === 'incomplete' ? details : details.filter(({ label }) => label === 'reason').slice(0, 1);
  return reasons.length === 0 ? message : reasons.map(({ text }) => text).join(' ');
}

/** `2 databases share this drift: 3 changes (pending)`. */
export function headlineOf({ outcome, members }: Group): string {
  const many = count(members.length, nounOf(outcome));
  const { result } = outcome;
  if (result.type === 'failed') return `${many} ${failureOf(result.error)}`;
  if (result.type !== 'drift') return `${many} in sync`;
  return `${many} ${members.length === 1 ? 'has' : 'share'} this drift: ${shortStatus(outcome)}`;
}

/** `412 databases: 409 match, 2 share a drift, 1 failed to connect`. */
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

/** Databases of one sort are counted together; the databases of each shared drift are counted on their own. */
function sortOf(group: Group): string {
  const { result, live } = group.outcome;
  if (result.type === 'failed') return failureOf(result.error);
  if (result.type !== 'drift') return 'match';
  if (onlyIgnoredChanges(result)) return 'ignored';
  return isSharedDrift(group) ? `share the drift ${live?.fingerprint ?? ''}` : 'alone';
}

const isSharedDrift = ({ outcome: { result }, members }: Group) =>
  result.type === 'drift' && !onlyIgnoredChanges(result) && members.length > 1;

const ONE: Readonly<Record<string, string>> = {
  match: 'matches',
  ignored: 'only has ignored drift',
  alone: 'has a different drift',
};
const MANY: Readonly<Record<string, string>> = {
  ignored: 'only have ignored drift',
  alone: 'each have a different drift',
};

const nounOf = ({ live }: Outcome) => (live?.schema === undefined ? 'database' : 'schema');
