import { Chalk } from 'chalk';
import type { DriftmarkError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { detailLine, shownPath } from './formatting/error-text.js';
import { code, fenced, prose } from './formatting/markdown.js';
import { unifiedDiff } from './locate/unified-diff.js';
import { renderChanges } from './summary/change-lines.js';
import { describeFleet, groupsOf, headlineOf, isFleet, reasonOf, type Group } from './summary/fleet.js';
import { labelOf } from './summary/live-summary.js';
import { summarize, totalsOf, type OutcomeSummary } from './summary/outcome-summary.js';
import { count, type Remedy } from './summary/words.js';

/** The limit of a comment on GitHub (65,536 characters; GitLab takes more), with room for what a bot adds. */
const COMMENT_LIMIT = 65_000;
/** The limit of a job summary on GitHub (1 MiB for everything that a step writes). */
export const SUMMARY_LIMIT = 1_000_000;

/** A bot finds its earlier comment by this. */
const MARKER = '<!-- driftmark -->';

const PLAIN = new Chalk({ level: 0 });

/** How much is shown: the most lines of a diff and the most changes of a target, and the most targets. */
interface Extent {
  readonly diff: number;
  readonly changes: number;
  readonly targets: number;
}

const EXTENTS: readonly Extent[] = [
  { diff: Infinity, changes: Infinity, targets: Infinity },
  { diff: 300, changes: 300, targets: Infinity },
  { diff: 60, changes: 100, targets: Infinity },
  { diff: 0, changes: 20, targets: Infinity },
  { diff: 0, changes: 5, targets: 50 },
  { diff: 0, changes: 0, targets: 50 },
];

interface MarkdownOptions {
  readonly cwd: string;
  /** False for no diff. */
  readonly diff?: boolean;
}

/** The blocks of a document; a block is a list of lines. */
type Blocks = readonly (readonly string[])[];

/** The parts of a target, as much of them as is asked for. */
type RenderTarget = (extent: Extent) => Blocks;

/** A comment on a pull request, or a job summary. What would make it longer than `limit` bytes is left out, and counted. */
export function renderMarkdown(
  outcomes: readonly Outcome[],
  options: MarkdownOptions,
  limit = COMMENT_LIMIT,
): string {
  const groups = isFleet(outcomes) ? groupsOf(outcomes) : undefined;
  const summaries = groups?.map(summarizeGroup) ?? outcomes.map((outcome) => summarize(outcome, code));
  const title = groups ? titleOfFleet(groups) : titleOf(outcomes);
  const different = summaries
    .filter(({ status }) => status !== 'ok')
    .map((summary) => targetRenderer(summary, options));
  const fine = summaries.filter(({ status }) => status === 'ok').map(renderFine);
  let text = '';
  for (const extent of EXTENTS) {
    const blocks = [[MARKER], [`## ${title}`], ...renderTargets(different, fine, extent)];
    text = `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
    if (Buffer.byteLength(text) <= limit) break;
  }
  return text;
}

/** The same for an error that stopped driftmark before it checked any target. */
export function renderMarkdownError(error: DriftmarkError, { cwd }: { readonly cwd: string }): string {
  return [[MARKER], ['## ✗ Schema could not be checked'], ...renderError(error, cwd)]
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

/** `✗ Schema out of date: 1 of 5 targets; 1 could not be checked`. */
function titleOf(outcomes: readonly Outcome[]): string {
  const { ok, drift, failed, incomplete } = totalsOf(outcomes);
  const all = outcomes.length;
  const of = (number: number) => (all === 1 ? '' : `: ${number} of ${count(all, 'target')}`);
  const parts = [
    ...(drift === 0 ? [] : [`Schema out of date${of(drift)}`]),
    ...(failed === 0 ? [] : [`Schema could not be checked${of(failed)}`]),
    ...(incomplete === 0 ? [] : [`Schema checked in part${of(incomplete)}`]),
  ];
  if (all === 0) return 'No targets to check';
  if (outcomes.some(({ result }) => result.type === 'drift' && result.reason === 'sources'))
    return 'Schema changes';
  return parts.length === 0
    ? `✓ Schema in sync${all === 1 ? '' : `: ${count(ok, 'target')}`}`
    : `✗ ${parts.join('; ')}`;
}

function titleOfFleet(groups: readonly Group[]): string {
  const isOk = groups.every(({ status }) => status === 'ok');
  return `${isOk ? '✓' : '✗'} ${describeFleet(groups)}`;
}

/** The most databases of a group that are named. */
const MAX_LISTED = 20;

/** A group of a fleet as one summary, with its databases as notes. */
function summarizeGroup(group: Group): OutcomeSummary {
  const { outcome, members } = group;
  const summary = summarize(outcome, code);
  const left = members.length - MAX_LISTED;
  const named = members.slice(0, MAX_LISTED).map(({ live, result }) => {
    const name = live ? labelOf(live) : outcome.name;
    return result.type === 'failed' ? `${name}: ${reasonOf(result.error)}` : name;
  });
  const databases = [...named, ...(left > 0 ? [`and ${left} more`] : [])];
  return { ...summary, headline: headlineOf(group), notes: [...summary.notes, ...databases] };
}

function renderTargets(different: readonly RenderTarget[], fine: readonly string[], extent: Extent): Blocks {
  const left = different.length - extent.targets;
  const blocks = [
    ...different.slice(0, extent.targets).flatMap((render) => render(extent)),
    ...(left > 0
      ? [[`${count(left, 'more target')} with results ${left === 1 ? 'is' : 'are'} not shown.`]]
      : []),
    ...(different.length === 0 && fine.length < 10
      ? [fine]
      : collapsed(count(fine.length, 'target') + ' in sync', fine.slice(0, extent.changes))),
  ];
  return blocks.filter((block) => block.length > 0);
}

const renderFine = ({ name, headline, extent }: OutcomeSummary) =>
  `- ✓ ${code(name)} ${[headline, ...extent].join(', ')}`;

function targetRenderer(
  summary: OutcomeSummary,
  { cwd, diff: wantsDiff = true }: MarkdownOptions,
): RenderTarget {
  const { name, headline, error, notes, remedies, difference, showDiff, isComparison } = summary;
  const diff =
    difference && wantsDiff && showDiff !== 'never' ? unifiedDiff(difference).map(({ text }) => text) : [];
  return (extent) => [
    [`### ${isComparison ? '' : '✗ '}${code(name)}: ${headline}`],
    renderFindings(summary, extent.changes),
    ...(error === undefined ? [] : renderError(error, cwd)),
    ...renderDiff(diff, extent.diff),
    notes.map((note) => `- ${prose(note)}`),
    remedies.length > 1 ? remedies.map((remedy) => `- ${renderRemedy(remedy)}`) : remedies.map(renderRemedy),
  ];
}

const renderRemedy = ({ purpose, command, isProse }: Remedy) =>
  `${purpose} ${isProse === true ? prose(command) : code(command)}`;

/** GitHub and GitLab colour a fenced block of the language `diff`. */
function renderFindings(summary: OutcomeSummary, max: number): readonly string[] {
  const { changes, remarks, legend, isMigrationNamed } = summary;
  const left = changes.length - max;
  const lines = [
    ...(legend === undefined || changes.length === 0 || max === 0
      ? []
      : [legend.replace(/^/, '# ').replace('~', '!')]),
    ...renderChanges(changes.slice(0, max), {
      chalk: PLAIN,
      withoutMigrations: isMigrationNamed,
      forDiff: true,
    }),
    ...(left > 0 ? [`# and ${count(left, 'more change')}`] : []),
    ...remarks.map(({ text, line }) => `! ${line === undefined ? '' : `line ${line}: `}${text}`),
  ];
  return lines.length === 0 ? [] : fenced('diff', lines.join('\n'));
}

function renderError({ message, place, details, remedy }: DriftmarkError, cwd: string): Blocks {
  const { file, line, object } = place;
  const where = [file && shownPath(file, cwd), line].filter((part) => part !== undefined).join(':');
  const places = [where, object ?? ''].filter((part) => part !== '').map(code);
  return [
    ...(places.length === 0 ? [] : [[`In ${places.join(', ')}:`]]),
    fenced('text', [message, ...details.map(detailLine)].join('\n')),
    ...(remedy === undefined ? [] : [[`→ ${prose(remedy)}`]]),
  ];
}

function renderDiff(lines: readonly string[], max: number): Blocks {
  if (lines.length === 0 || max === 0) return [];
  const left = lines.length - max;
  return collapsed('Diff of the report', [
    ...fenced('diff', lines.slice(0, max).join('\n')),
    ...(left > 0 ? ['', `and ${count(left, 'more line')}`] : []),
  ]);
}

/** Lines that are folded; GitHub needs blank lines around the Markdown within. */
const collapsed = (summary: string, lines: readonly string[]): Blocks =>
  lines.length === 0 ? [] : [[`<details><summary>${summary}</summary>`], [...lines], ['</details>']];
