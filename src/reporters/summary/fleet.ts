import type { Outcome } from '../../outcome.js';
import { statusOf, type Status } from './outcome-summary.js';

/** Databases that fared alike: with the same schema, or in the same trouble. */
export interface Group {
  readonly status: Status;
  /** The first of them, which stands for all. */
  readonly outcome: Outcome;
  readonly members: readonly Outcome[];
}

/** Whether a target was compared with more than one database, or more than one schema of one. */
export function isFleet(outcomes: readonly Outcome[]): boolean {
  const names = outcomes.flatMap(({ name, live }) => (live ? [name] : []));
  return new Set(names).size < names.length || outcomes.some(({ live }) => live?.schema !== undefined);
}

const ORDER: readonly Status[] = ['ok', 'drift', 'incomplete', 'failed'];

/** The outcomes by how they fared, those that are well first, larger groups before smaller ones. */
export function groupsOf(outcomes: readonly Outcome[]): readonly Group[] {
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const key = keyOf(outcome);
    const group = groups.get(key);
    if (group) group.push(outcome);
    else groups.set(key, [outcome]);
  }
  return [...groups.values()]
    .flatMap((members) => {
      const [outcome] = members;
      return outcome ? [{ status: statusOf(outcome), outcome, members }] : [];
    })
    .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || b.members.length - a.members.length);
}

/** Two that drifted alike may have done so for different reasons: one of them has the migration, the other has not. */
function keyOf({ name, live, result }: Outcome): string {
  const about = [name, result.type];
  switch (result.type) {
    case 'drift':
      return JSON.stringify([...about, live?.fingerprint, result.changes.map(({ verdict }) => verdict)]);
    case 'failed':
      return JSON.stringify([...about, result.error.code]);
    case 'in-sync':
    case 'written':
      return JSON.stringify([...about, live?.fingerprint]);
  }
}

/** The database that all were schemas of; undefined where there is more than one, or none. */
export function sharedDatabase(outcomes: readonly Outcome[]): string | undefined {
  const databases = new Set(outcomes.map(({ live }) => live?.database));
  const [database] = databases;
  return databases.size === 1 && outcomes.some(({ live }) => live?.schema !== undefined)
    ? database
    : undefined;
}
