import type { DriftmarkError } from '../../errors.js';
import { adviceOn, labelOf, leftOutOf, verdictsOf, versionNote, type Remedy } from './live-summary.js';
import {
  exitCodeOf,
  isTolerated,
  type DriftReason,
  type ExitCode,
  type ExplainedChange,
  type LiveFacts,
  type Outcome,
  type TextDifference,
} from '../../outcome.js';

/** What an exit code says of one target or database. */
export type Status = 'ok' | 'failed' | 'drift' | 'incomplete';

const STATUSES: Readonly<Record<ExitCode, Status>> = { 0: 'ok', 1: 'failed', 2: 'drift', 3: 'incomplete' };

export const statusOf = (outcome: Outcome): Status => STATUSES[exitCodeOf(outcome)];

/** What differs beside the schema. */
interface HeaderChange {
  readonly text: string;
  /** The line of the report that it is about, where it is about one. */
  readonly line?: number;
}

/** The two texts that are compared, and what each is called. */
export type NamedDifference = Required<TextDifference>;

/**
 * An outcome in words, for every reporter that is read by people: each of them shows these parts in its own way,
 * and none has to know how many sorts of results there are. Nothing here is harmless yet.
 */
export interface OutcomeSummary {
  readonly status: Status;
  readonly name: string;
  /** Of a live database, what it is called. */
  readonly database?: string;
  /** Path relative to the working directory. */
  readonly report: string;
  readonly seconds: number;
  /** What happened: `report.sql.md is out of date: 3 changes`. */
  readonly headline: string;
  /** What was looked at: `45 migrations`, `9 tables`. */
  readonly extent: readonly string[];
  readonly changes: readonly ExplainedChange[];
  readonly remarks: readonly HeaderChange[];
  readonly difference?: NamedDifference;
  /** What else is to be known: what was left out, and why. */
  readonly notes: readonly string[];
  /** What makes it good. */
  readonly remedies: readonly Remedy[];
  readonly error?: DriftmarkError;
}

/** Tells an outcome in words, with `quote` around the names in the headline. */
export function summarize(outcome: Outcome, quote = (name: string) => name): OutcomeSummary {
  const { name, report, seconds, live } = outcome;
  const told = tell(outcome, quote);
  return {
    status: statusOf(outcome),
    name,
    report,
    seconds,
    extent: [],
    changes: [],
    remarks: [],
    notes: [],
    remedies: [],
    ...told,
    ...(live && { database: labelOf(live), headline: `${quote(labelOf(live))} ${told.headline}` }),
  };
}

type Drift = Extract<Outcome['result'], { type: 'drift' }>;
type Told = Pick<OutcomeSummary, 'headline'> & Partial<OutcomeSummary>;

function tell({ result, report, live }: Outcome, quote: (name: string) => string): Told {
  switch (result.type) {
    case 'in-sync':
      return { headline: 'in sync', extent: [...extentOf(result), ...acceptedIn(live)] };
    case 'written':
      return { headline: `${result.isNew ? 'wrote' : 'updated'} ${quote(report)}`, extent: extentOf(result) };
    case 'drift':
      return live ? tellLive(result, live, report, quote) : tellDrift(result, report, quote(report));
    case 'failed':
      return { headline: 'could not be checked', error: result.error };
  }
}

const HEADLINES: Readonly<Record<DriftReason, (report: string) => string>> = {
  changed: (report) => `${report} is out of date`,
  'no-report': (report) => `there is no ${report} yet`,
  'unreadable-report': (report) => `${report} cannot be read as a report`,
  'no-migrations': (report) => `${report} is left over: there are no migrations any more`,
  live: (report) => `differs from ${report}`,
  sources: () => 'they differ',
};

function tellDrift(drift: Drift, report: string, quoted: string): Told {
  const { reason, changes, remarks, difference, remedy, line } = drift;
  const number = changes.length + remarks.length;
  const isCounted = reason === 'changed' || reason === 'sources';
  const counted = isCounted ? `: ${count(number, 'change')}` : '';
  return {
    headline: HEADLINES[reason](quoted) + counted + (isTolerated(drift) ? ', none that fails' : ''),
    changes,
    remarks: remarks.map((text) => ({ text, ...(line !== undefined && { line }) })),
    ...(difference && {
      difference: {
        names: {
          before: reason === 'no-report' ? '/dev/null' : report,
          after: reason === 'no-migrations' ? '/dev/null' : 'migrations',
        },
        ...difference,
      },
    }),
    remedies:
      remedy === undefined
        ? []
        : [{ purpose: reason === 'no-report' ? 'To create it' : 'To accept', command: remedy }],
  };
}

/** A live database, which is not at fault for everything in which it differs. */
function tellLive(drift: Drift, live: LiveFacts, report: string, quote: (name: string) => string): Told {
  const { changes, difference } = drift;
  const verdicts = verdictsOf(changes);
  const counted = count(changes.length, 'change') + (verdicts === '' ? '' : ` (${verdicts})`);
  return {
    headline: `${HEADLINES.live(quote(report))}: ${counted}${isTolerated(drift) ? ', none that fails' : ''}`,
    changes,
    ...(difference && {
      difference: { names: { before: report, after: 'database' }, ...difference },
    }),
    notes: [...leftOutOf(live), ...versionNote(drift, live)],
    remedies: adviceOn(drift, live),
  };
}

/** What an ignore rule takes out is told where all is well, too; what a preset does is understood. */
function acceptedIn(live: LiveFacts | undefined): readonly string[] {
  const rules = live?.leftOut.filter(({ reason }) => reason.startsWith('rule: ')) ?? [];
  const accepted = rules.reduce((sum, rule) => sum + rule.count, 0);
  return accepted === 0 ? [] : [`${count(accepted, 'difference')} accepted`];
}

const extentOf = ({ migrations, tables }: { readonly migrations?: number; readonly tables: number }) => [
  ...(migrations === undefined ? [] : [count(migrations, 'migration')]),
  count(tables, 'table'),
];

/** `1 table`, `2 tables`. */
export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
