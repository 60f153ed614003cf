import path from 'node:path';
import type { DriftmarkError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { summarize, count, type OutcomeSummary } from './summary/outcome-summary.js';
import { tellChanges } from './summary/change-lines.js';
import { groupsOf, isFleet } from './summary/fleet.js';
import { headlineOf } from './summary/fleet-summary.js';
import { linesOf } from './locate/locate.js';
import { workflowCommand } from './formatting/workflow-command.js';

export interface AnnotationOptions {
  readonly cwd: string;
  /** The repository's folder: paths are shown from there. */
  readonly workspace: string;
}

/** What is shown beside a line of a file. */
interface Annotation {
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
  readonly title: string;
  readonly message: string;
}

/** GitHub shows no more of one step. */
const MOST = 10;

/** Annotations for GitHub Actions: at the line of the report where each changed object stands, or of the migration that failed. */
export function renderAnnotations(outcomes: readonly Outcome[], options: AnnotationOptions): string {
  const accounts = isFleet(outcomes)
    ? groupsOf(outcomes).map((group) => ({ ...summarize(group.outcome), database: headlineOf(group) }))
    : outcomes.map((outcome) => summarize(outcome));
  const byTarget = accounts.map((account) => annotate(account, options));
  return fairly(byTarget, MOST).map(print).join('');
}

/** One for an error that kept every target from being looked at. */
export const renderErrorAnnotation = (error: DriftmarkError, options: AnnotationOptions) =>
  print(ofError('driftmark', error, options));

const print = ({ message, title, ...place }: Annotation) =>
  workflowCommand('error', { ...place, title }, message);

function annotate(account: OutcomeSummary, options: AnnotationOptions): Annotation[] {
  const { status, name, report, headline, changes, remarks, difference, remedies, error, database } = account;
  if (status === 'ok') return [];
  if (error) return [ofError(`${name}: ${headline}`, error, options)];
  const file = fromWorkspace(report, options);
  const close = [
    ...(database === undefined ? [] : [database]),
    ...remedies.map(({ purpose, command }) => `${purpose}: ${command}`),
  ];
  const isWhole = difference?.before === '' || difference?.after === '';
  if (isWhole) return [{ file, line: 1, title: name, message: [headline, ...close].join('\n') }];
  const lines = difference
    ? linesOf(
        changes.map(({ change }) => change),
        difference,
      )
    : [];
  return [
    ...tellChanges(changes).map(({ sign, group, subject, detail, origin }, at) => ({
      file,
      line: lines[at] ?? 1,
      title: `${name}: ${[group, subject].filter((part) => part !== undefined).join(', ')}`,
      message: [
        [sign, detail === '' ? VERBS[sign] : detail].join(' '),
        ...(origin === undefined ? [] : [`(${origin})`]),
        ...close,
      ].join('\n'),
    })),
    ...remarks.map(({ text, line = 1 }) => ({
      file,
      line,
      title: name,
      message: [text, ...close].join('\n'),
    })),
  ];
}

const VERBS = { '+': 'added', '-': 'removed', '~': 'changed' } as const;

function ofError(title: string, error: DriftmarkError, options: AnnotationOptions): Annotation {
  const { message, place, details, remedy } = error;
  const { file, line, column } = place;
  return {
    ...(file !== undefined && { file: fromWorkspace(file, options) }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { col: column }),
    title,
    message: [
      ...(place.object === undefined ? [] : [place.object]),
      message,
      ...details.map(({ label, text }) => `${label}: ${text}`),
      ...(remedy === undefined ? [] : [`→ ${remedy}`]),
    ].join('\n'),
  };
}

/** A path as GitHub knows it: from the repository's folder, with slashes. */
function fromWorkspace(file: string, { cwd, workspace }: AnnotationOptions): string {
  const absolute = path.resolve(cwd, file);
  const relative = path.relative(workspace, absolute);
  const isWithin = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return (isWithin ? relative : absolute).replaceAll('\\', '/');
}

/** No more than `most`, the first of each target before the second of any; the last one says how many there are beside. */
function fairly(byTarget: readonly (readonly Annotation[])[], most: number): readonly Annotation[] {
  const all = byTarget.flat();
  if (all.length <= most) return all;
  const ranks = byTarget.flatMap((annotations) => annotations.map((_, rank) => rank));
  const chosen = new Set(
    all
      .map((_, at) => at)
      .sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b)
      .slice(0, most - 1),
  );
  return [
    ...all.filter((_, at) => chosen.has(at)),
    {
      title: 'driftmark',
      message: `And ${count(all.length - chosen.size, 'further finding')}: see the summary and the log of the job.`,
    },
  ];
}
