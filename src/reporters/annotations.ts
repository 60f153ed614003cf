import path from 'node:path';
import type { DriftmarkError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { groupBy } from '../util/group-by.js';
import { detailLine } from './formatting/error-text.js';
import { linesOf } from './locate/locate.js';
import type { ListedChange } from './summary/change-list.js';
import { groupsOf, headlineOf, isFleet } from './summary/fleet.js';
import { summarize, type OutcomeSummary } from './summary/outcome-summary.js';
import { count } from './summary/words.js';

export interface AnnotationOptions {
  readonly cwd: string;
  /** The folder of the repository: paths are shown relative to it. */
  readonly workspace: string;
}

/** A message beside a line of a file. */
export interface Annotation {
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
  readonly title: string;
  readonly message: string;
  /** `failed`: driftmark could not check the target. */
  readonly severity: 'failed' | 'breaking' | 'other';
}

/** GitHub shows the first lines of a message. */
const MAX_LINES = 20;

/**
 * What CI systems show beside the files of a merge request, for each target. The changes that a migration made stand at its
 * file, which the merge request contains; a change of which the migration is not known stands at its line of the report.
 */
export function annotationsOf(
  outcomes: readonly Outcome[],
  options: AnnotationOptions,
): readonly (readonly Annotation[])[] {
  const summaries = isFleet(outcomes)
    ? groupsOf(outcomes).map((group) => ({ ...summarize(group.outcome), database: headlineOf(group) }))
    : outcomes.map((outcome) => summarize(outcome));
  return summaries.map((summary) => annotate(summary, options));
}

function annotate(summary: OutcomeSummary, options: AnnotationOptions): Annotation[] {
  const { status, name, report, headline, changes, remarks, showDiff, error, database } = summary;
  if (status === 'ok') return [];
  if (error) return [errorAnnotation(`${name}: ${headline}`, error, options)];
  const file = fromWorkspace(report, options);
  const close = [
    ...(database === undefined ? [] : [database]),
    ...summary.remedies.map(({ purpose, command }) => `${purpose} ${command}`),
  ];
  // The whole report is new or obsolete.
  if (showDiff === 'never')
    return [
      { file, line: 1, title: name, message: [headline, ...close].join('\n'), severity: severityOf(changes) },
    ];
  const byFile = groupBy(changes, ({ changes: [first] }) => first?.migrationFile);
  return [
    ...[...byFile].flatMap(([migrationFile, made]) =>
      migrationFile === undefined
        ? atReport(made, summary, file, close)
        : [atMigration(migrationFile, made, summary, close, options)],
    ),
    ...remarks.map(({ text, line = 1 }) => ({
      file,
      line,
      title: name,
      message: [text, ...close].join('\n'),
      severity: 'other' as const,
    })),
  ];
}

/** One annotation for all that a migration changed. */
function atMigration(
  file: string,
  changes: readonly ListedChange[],
  { name, report }: OutcomeSummary,
  close: readonly string[],
  options: AnnotationOptions,
): Annotation {
  const left = changes.length - MAX_LINES;
  return {
    file: fromWorkspace(file, options),
    line: 1,
    title: `${name}: ${count(changes.length, 'change')} missing in ${report}`,
    severity: severityOf(changes),
    message: [
      ...changes.slice(0, MAX_LINES).map(lineFor),
      ...(left > 0 ? [`and ${count(left, 'more change')}`] : []),
      ...close,
    ].join('\n'),
  };
}

/** An annotation for each change, at the line of the report where its object stands. */
function atReport(
  changes: readonly ListedChange[],
  { name, difference }: OutcomeSummary,
  file: string,
  close: readonly string[],
): Annotation[] {
  const objects = changes.flatMap(({ changes: [first] }) => (first ? [first.change] : []));
  const lines = difference ? linesOf(objects, difference) : [];
  return changes.map((change, at) => {
    const { group, subject, verdict, migration, isIgnored } = change;
    const origin = [verdict, isIgnored && 'ignored', migration].filter((part) => typeof part === 'string');
    return {
      file,
      line: lines[at] ?? 1,
      title: `${name}: ${[group, subject].filter((part) => part !== undefined).join(', ')}`,
      severity: severityOf([change]),
      message: [detailOf(change), ...(origin.length === 0 ? [] : [`(${origin.join(', ')})`]), ...close].join(
        '\n',
      ),
    };
  });
}

const severityOf = (changes: readonly ListedChange[]): Annotation['severity'] =>
  changes.some(({ isBreaking }) => isBreaking) ? 'breaking' : 'other';

/** `+ table orders, column total: numeric(12,2) (breaking)`. */
function lineFor(change: ListedChange): string {
  const { sign, group, subject, detail, isBreaking } = change;
  const object = [group, subject].filter((part) => part !== undefined).join(', ');
  return `${sign} ${object}${detail === '' ? '' : `: ${detail}`}${isBreaking ? ' (breaking)' : ''}`;
}

function detailOf({ sign, detail, isBreaking }: ListedChange): string {
  return `${sign} ${detail === '' ? VERBS[sign] : detail}${isBreaking ? ' (breaking)' : ''}`;
}

const VERBS = { '+': 'added', '-': 'removed', '~': 'changed' } as const;

/** The annotation of an error, at its file. */
export function errorAnnotation(
  title: string,
  error: DriftmarkError,
  options: AnnotationOptions,
): Annotation {
  const { message, place, details, remedy } = error;
  const { file, line, column } = place;
  return {
    ...(file !== undefined && { file: fromWorkspace(file, options) }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { col: column }),
    title,
    severity: 'failed',
    message: [
      ...(place.object === undefined ? [] : [place.object]),
      message,
      ...details.map(detailLine),
      ...(remedy === undefined ? [] : [`→ ${remedy}`]),
    ].join('\n'),
  };
}

/** A path as GitHub knows it: relative to the folder of the repository, with slashes. */
function fromWorkspace(file: string, { cwd, workspace }: AnnotationOptions): string {
  const absolute = path.resolve(cwd, file);
  const relative = path.relative(workspace, absolute);
  const isWithin = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return (isWithin ? relative : absolute).replaceAll('\\', '/');
}
