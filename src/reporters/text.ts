import path from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { DriftmarkError } from '../errors.js';
import type { DriftReason, ExplainedChange, FailedDown, Outcome } from '../outcome.js';
import { displayWidth } from '../report/markdown/width.js';
import { describe } from './describe.js';
import { harmless } from './harmless.js';
import { unifiedDiff, type DiffLine } from './unified-diff.js';

export interface TextOptions {
  readonly chalk: ChalkInstance;
  /** The working directory: paths below it are shown from there. */
  readonly cwd: string;
}

type Drift = Extract<Outcome['result'], { type: 'drift' }>;

/** How one target fared, for people: a line where all is well, an explanation where not. Ends with a line break. */
export function renderText(outcome: Outcome, options: TextOptions): string {
  const { chalk } = options;
  const name = chalk.bold(harmless(outcome.name));
  const { result } = outcome;
  const about = (migrations: number | undefined, tables: number) => {
    const migrated = migrations === undefined ? '' : `${count(migrations, 'migration')}, `;
    return chalk.dim(`(${migrated}${count(tables, 'table')}, ${outcome.seconds.toFixed(1)} s)`);
  };
  switch (result.type) {
    case 'in-sync':
      return `${chalk.green('✓')} ${name}   in sync ${about(result.migrations, result.tables)}\n`;
    case 'written':
      return `${chalk.green('✓')} ${name}   ${result.isNew ? 'wrote' : 'updated'} ${outcome.report} ${about(result.migrations, result.tables)}\n`;
    case 'drift':
      return renderDrift(outcome, result, name, chalk);
    case 'failed':
      return `${chalk.red('✗')} ${name}   could not be checked\n\n${renderError(result.error, options)}`;
  }
}

const HEADLINES: Readonly<Record<DriftReason, (report: string) => string>> = {
  changed: (report) => `${report} is out of date`,
  'no-report': (report) => `there is no ${report} yet`,
  'unreadable-report': (report) => `${report} cannot be read as a report`,
  live: (report) => `the database differs from ${report}`,
  'no-migrations': (report) => `${report} is left over: there are no migrations any more`,
};

function renderDrift(outcome: Outcome, drift: Drift, name: string, chalk: ChalkInstance): string {
  const number = drift.changes.length + (drift.reason === 'changed' ? drift.remarks.length : 0);
  const headline =
    HEADLINES[drift.reason](outcome.report) +
    (drift.reason === 'changed' ? `: ${count(number, 'change')}` : '');
  const names =
    drift.reason === 'no-migrations'
      ? { before: outcome.report, after: '/dev/null' }
      : { before: drift.reason === 'no-report' ? '/dev/null' : outcome.report, after: 'migrations' };
  const diff = unifiedDiff(drift.difference.before, drift.difference.after, names);
  const place = drift.line === undefined ? '' : `${outcome.report}:${drift.line}: `;
  return [
    `${chalk.red('✗')} ${name}   ${headline}`,
    '',
    ...[
      ...renderChanges(drift.changes, chalk),
      ...drift.remarks.map((remark) => `${chalk.yellow('~')} ${place}${harmless(remark)}`),
    ].map(indent),
    ...(drift.changes.length + drift.remarks.length > 0 ? [''] : []),
    ...diff.map((line) => indent(colourDiff(line, chalk))),
    '',
    indent(`${drift.reason === 'no-report' ? 'To create it' : 'To accept'}: ${chalk.bold(drift.remedy)}`),
    '',
  ].join('\n');
}

const indent = (line: string) => (line === '' ? '' : `  ${line}`);

function renderChanges(changes: readonly ExplainedChange[], chalk: ChalkInstance): string[] {
  const described = changes.map(({ change, migration }) => ({ ...describe(change), migration }));
  const width = (pick: (each: (typeof described)[number]) => string, most: number) =>
    Math.min(most, Math.max(0, ...described.map((each) => displayWidth(pick(each)))));
  const [subjects, details] = [width(({ subject }) => subject, 40), width(({ detail }) => detail, 60)];
  const groups = new Map<string, typeof described>();
  for (const each of described) groups.set(each.group ?? '', [...(groups.get(each.group ?? '') ?? []), each]);
  return [...groups].flatMap(([group, members]) => [
    ...(group === '' ? [] : [harmless(group)]),
    ...members.map(({ sign, subject, detail, migration }) => {
      const cells = `${pad(subject, subjects)}  ${pad(detail, details)}`;
      const told = migration === undefined ? cells.trimEnd() : `${cells}  ${chalk.dim(harmless(migration))}`;
      const line = `${COLOURS[sign](chalk)(sign)} ${told}`;
      return group === '' ? line : indent(line);
    }),
  ]);
}

const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - displayWidth(text)));

const COLOURS = {
  '+': ({ green }: ChalkInstance) => green,
  '-': ({ red }: ChalkInstance) => red,
  '~': ({ yellow }: ChalkInstance) => yellow,
};

function colourDiff({ type, text }: DiffLine, chalk: ChalkInstance): string {
  const safe = harmless(text);
  switch (type) {
    case 'file':
      return chalk.bold(safe);
    case 'hunk':
      return chalk.cyan(safe);
    case 'added':
      return chalk.green(safe);
    case 'removed':
      return chalk.red(safe);
    case 'context':
      return safe;
  }
}

/** An expected failure: where, what, what else is known, what to do. Ends with a line break. */
export function renderError(error: DriftmarkError, { chalk, cwd }: TextOptions): string {
  const { file, line, column, object } = error.place;
  const place = [file && shownPath(file, cwd), line, column].filter((part) => part !== undefined).join(':');
  const head = [
    place === '' ? '' : `${harmless(place)}: `,
    object === undefined ? '' : `${harmless(object)}: `,
  ].join('');
  return [
    `${chalk.red('error')} ${head}${harmlessLines(error.message)}`,
    ...error.details.map(({ label, text }) =>
      indent(`${chalk.dim(`${label}:`)} ${harmlessLines(text).replaceAll('\n', '\n    ')}`),
    ),
    ...(error.remedy === undefined ? [] : [indent(`${chalk.bold('→')} ${error.remedy}`)]),
    '',
  ].join('\n');
}

/** A path as the user would type it. */
function shownPath(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return !path.isAbsolute(file) || relative.startsWith('..') || relative === '' ? file : relative;
}

const harmlessLines = (text: string) => text.split('\n').map(harmless).join('\n');

/** What the failing down migrations left behind, or threw: for stderr. Empty where none failed. */
export function renderFailedDowns(outcome: Outcome, chalk: ChalkInstance): string {
  return outcome.failedDowns.map((failed) => renderFailedDown(outcome.name, failed, chalk)).join('');
}

function renderFailedDown(
  name: string,
  { migration, error, leftBehind }: FailedDown,
  chalk: ChalkInstance,
): string {
  const head = `${chalk.yellow('!')} ${harmless(name)}   ${harmless(migration)} cannot be migrated down:`;
  if (error) return `${head} ${harmlessLines(error.message)}\n`;
  const changes = renderChanges(
    leftBehind.map((change) => ({ change })),
    chalk,
  );
  return `${[`${head} it leaves behind`, ...changes.map(indent)].join('\n')}\n`;
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
