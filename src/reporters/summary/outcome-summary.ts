import type { DriftmarkError } from '../../errors.js';
import {
  exitCodeOf,
  onlyIgnoredChanges,
  type DriftReason,
  type ExitCode,
  type LiveFacts,
  type Outcome,
  type TextDifference,
} from '../../outcome.js';
import { listChanges, type ListedChange } from './change-list.js';
import { describeLeftOut, describeVerdicts, labelOf, remediesFor, versionNote } from './live-summary.js';
import { count, versionOf, type Remedy } from './words.js';

/** The status of one target or database. */
export type Status = 'ok' | 'failed' | 'drift' | 'incomplete';

const STATUSES: Readonly<Record<ExitCode, Status>> = { 0: 'ok', 1: 'failed', 2: 'drift', 3: 'incomplete' };

export const statusOf = (outcome: Outcome): Status => STATUSES[exitCodeOf(outcome)];

/** A difference in the report that is not in the schema. */
interface HeaderChange {
  readonly text: string;
  /** The line of the report that it is about, if it is about one. */
  readonly line?: number;
}

/** The two sides of a diff, with their names. */
export type NamedDifference = Required<TextDifference>;

/**
 * An outcome as text, for all reporters that people read. A reporter arranges these parts and does not depend on the types
 * of results. Control characters are escaped only in `changes`.
 */
export interface OutcomeSummary {
  readonly status: Status;
  readonly name: string;
  /** The name of the live database. */
  readonly database?: string;
  /** Path relative to the working directory. */
  readonly report: string;
  readonly seconds: number;
  /** The result in one sentence: `report.sql.md is out of date: 3 changes, 1 breaking`. */
  readonly headline: string;
  /** The size of what was checked: `45 migrations`, `9 tables`. */
  readonly extent: readonly string[];
  /** The meaning of the signs of the changes, if it is not obvious. */
  readonly legend?: string;
  /** True for the changes between two sources, which are not drift. */
  readonly isComparison?: boolean;
  readonly changes: readonly ListedChange[];
  /** True if the headline names the migration of all changes. */
  readonly isMigrationNamed: boolean;
  readonly remarks: readonly HeaderChange[];
  readonly difference?: NamedDifference;
  /**
   * When the diff is shown, unless a flag decides: always, if the text has no width, or never. On a terminal it is left
   * out if the changes say all that it shows.
   */
  readonly showDiff: 'always' | 'in-files' | 'never';
  /** Further lines: ignored changes with the reason, differences between PostgreSQL versions. */
  readonly notes: readonly string[];
  readonly remedies: readonly Remedy[];
  readonly error?: DriftmarkError;
}

/**
 * Describes an outcome as text.
 * @param quote Marks the names in the headline.
 */
export function summarize(outcome: Outcome, quote = (name: string) => name): OutcomeSummary {
  const { name, report, seconds, live } = outcome;
  const summary = summarizeResult(outcome, quote);
  return {
    status: statusOf(outcome),
    name,
    report,
    seconds,
    extent: [],
    changes: [],
    isMigrationNamed: false,
    showDiff: 'always',
    remarks: [],
    notes: [],
    remedies: [],
    ...summary,
    ...(live && { database: labelOf(live), headline: `${quote(labelOf(live))} ${summary.headline}` }),
  };
}

type Drift = Extract<Outcome['result'], { type: 'drift' }>;
type ResultSummary = Pick<OutcomeSummary, 'headline'> & Partial<OutcomeSummary>;

function summarizeResult(outcome: Outcome, quote: (name: string) => string): ResultSummary {
  const { result, report, live, versionNum = live?.versionNum } = outcome;
  const server = versionNum === undefined ? [] : [`PostgreSQL ${versionOf(versionNum)}`];
  switch (result.type) {
    case 'in-sync':
      return { headline: 'in sync', extent: [...extentOf(result), ...ignoredIn(live), ...server] };
    case 'written':
      return { ...written(result, report, quote), extent: [...extentOf(result), ...server] };
    case 'drift':
      return live ? liveDrift(result, live, report, quote) : drift(result, report, quote);
    case 'failed':
      return { headline: 'could not be checked', error: result.error };
  }
}

/** A report that was written: what changed in it, as `check` listed it before. */
function written(
  { isNew, changes: explained }: Extract<Outcome['result'], { type: 'written' }>,
  report: string,
  quote: (name: string) => string,
): ResultSummary {
  const changes = listChanges(explained);
  const migration = commonMigration(changes);
  const counts = [
    ...(changes.length === 0 ? [] : countsOf(changes)),
    ...(migration === undefined ? [] : [`all by ${quote(migration)}`]),
  ];
  const head = `${isNew ? 'wrote' : 'updated'} ${quote(report)}`;
  return {
    headline: [head, ...(counts.length === 0 ? [] : [counts.join(', ')])].join(': '),
    changes: changes.slice(0, MAX_WRITTEN),
    notes:
      changes.length > MAX_WRITTEN
        ? [`and ${count(changes.length - MAX_WRITTEN, 'more change')}: git diff shows all of them`]
        : [],
    isMigrationNamed: migration !== undefined,
    showDiff: 'never',
  };
}

/** The changes are in the working copy: a long list would only hide the result. */
const MAX_WRITTEN = 30;

const HEADLINES: Readonly<Record<DriftReason, (report: string) => string>> = {
  changed: (report) => `${report} is out of date`,
  'no-report': (report) => `${report} does not exist yet`,
  'unreadable-report': (report) => `${report} cannot be read as a report`,
  'no-migrations': (report) => `${report} is obsolete: its migrations have been deleted`,
  live: (report) => `differs from ${report}`,
  sources: () => '',
};

function drift(result: Drift, report: string, quote: (name: string) => string): ResultSummary {
  const { reason, remarks, difference, line } = result;
  const changes = listChanges(result.changes);
  const isCounted = reason === 'changed' || reason === 'sources';
  const migration = isCounted ? commonMigration(changes) : undefined;
  const counts = [
    ...countsOf(changes, remarks.length),
    ...(migration === undefined ? [] : [`all by ${quote(migration)}`]),
  ];
  const head = [HEADLINES[reason](quote(report)), ...(isCounted ? [counts.join(', ')] : [])];
  return {
    headline: head.filter((part) => part !== '').join(': ') + ignoredNote(result),
    changes,
    isMigrationNamed: migration !== undefined,
    ...(reason === 'sources' && { isComparison: true }),
    remarks: remarks.map((text) => ({ text, ...(line !== undefined && { line }) })),
    showDiff: showDiffOf(result, changes),
    ...(difference && {
      difference: {
        names: {
          before: reason === 'no-report' ? '/dev/null' : report,
          after: reason === 'no-migrations' ? '/dev/null' : 'migrations',
        },
        ...difference,
      },
    }),
    remedies: remediesOf(result, report),
  };
}

function remediesOf({ reason, remedy, setup }: Drift, report: string): readonly Remedy[] {
  const purpose =
    reason === 'no-report'
      ? `To write ${report} only:`
      : reason === 'no-migrations'
        ? 'Delete it with'
        : reason === 'unreadable-report'
          ? 'To write it again from the migrations:'
          : 'Accept with';
  return [
    ...(setup === undefined
      ? []
      : [{ purpose: 'To set up this repository (report, config, CI, hook):', command: setup }]),
    ...(remedy === undefined ? [] : [{ purpose, command: remedy }]),
  ];
}

/** Drift of a live database. */
function liveDrift(
  result: Drift,
  live: LiveFacts,
  report: string,
  quote: (name: string) => string,
): ResultSummary {
  const { difference } = result;
  const changes = listChanges(result.changes);
  return {
    headline: `${HEADLINES.live(quote(report))}: ${countsWithVerdicts(changes)}${ignoredNote(result)}`,
    legend: '- missing in the database   + only in the database   ~ different',
    changes,
    showDiff: showDiffOf(result, changes),
    ...(difference && {
      difference: { names: { before: report, after: 'database' }, ...difference },
    }),
    notes: [...describeLeftOut(live), ...versionNote(result, live)],
    remedies: remediesFor(changes, live, result.remedy),
  };
}

/** `3 changes`, `1 breaking`. */
function countsOf(changes: readonly ListedChange[], others = 0): readonly string[] {
  const breaking = changes.filter(({ isBreaking }) => isBreaking).length;
  return [count(changes.length + others, 'change'), ...(breaking === 0 ? [] : [`${breaking} breaking`])];
}

/** `3 changes (2 pending, 1 out of band), 1 breaking`. */
export function countsWithVerdicts(changes: readonly ListedChange[]): string {
  const [total = '', ...others] = countsOf(changes);
  const verdicts = describeVerdicts(changes);
  return [verdicts === '' ? total : `${total} (${verdicts})`, ...others].join(', ');
}

export const ignoredNote = (result: Drift) => (onlyIgnoredChanges(result) ? ', all ignored' : '');

/** The migration that made all of several changes. */
function commonMigration(changes: readonly ListedChange[]): string | undefined {
  const [first] = changes;
  return changes.length > 1 && changes.every(({ migration }) => migration === first?.migration)
    ? first?.migration
    : undefined;
}

/** When to show the diff. The diff of a report that is new or obsolete would be the whole schema. */
function showDiffOf(result: Drift, changes: readonly ListedChange[]): OutcomeSummary['showDiff'] {
  const { reason, remarks } = result;
  if (onlyIgnoredChanges(result) || reason === 'no-report' || reason === 'no-migrations') return 'never';
  const saysAll =
    changes.length > 0 && remarks.length === 0 && changes.every(({ isAbridged }) => !isAbridged);
  return saysAll ? 'in-files' : 'always';
}

/** The number of changes that ignore rules matched. Changes that presets matched are expected and not counted. */
function ignoredIn(live: LiveFacts | undefined): readonly string[] {
  const rules = live?.leftOut.filter(({ reason }) => reason.startsWith('rule: ')) ?? [];
  const ignored = rules.reduce((sum, rule) => sum + rule.count, 0);
  return ignored === 0 ? [] : [`${count(ignored, 'change')} ignored`];
}

interface Extent {
  readonly migrations?: number;
  readonly layout?: string;
  readonly tables: number;
}

/** Layouts that results do not name, because driftmark assumes them unless it detects another tool. */
const UNNAMED_LAYOUTS = ['knex', 'sql'];

const extentOf = ({ migrations, layout, tables }: Extent) => [
  ...(layout === undefined || UNNAMED_LAYOUTS.includes(layout) ? [] : [layout]),
  ...(migrations === undefined ? [] : [count(migrations, 'migration')]),
  count(tables, 'table'),
];

/** The number of targets of each status. */
export type Totals = Readonly<Record<Status, number>>;

export function totalsOf(outcomes: readonly Outcome[]): Totals {
  const totals = { ok: 0, failed: 0, drift: 0, incomplete: 0 };
  for (const outcome of outcomes) totals[statusOf(outcome)]++;
  return totals;
}

const STATUS_WORDS: Readonly<Record<Status, string>> = {
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
    .map((status) => `${totals[status]} ${STATUS_WORDS[status]}`);
  return all === 0 ? 'no targets to check' : `${count(all, 'target')}: ${parts.join(', ')}`;
}
