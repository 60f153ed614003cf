import type { DriftmarkError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import { summarize, count, type OutcomeSummary } from './summary/outcome-summary.js';
import { groupsOf, isFleet, type Group } from './summary/fleet.js';
import { describeFleet, headlineOf, reasonOf } from './summary/fleet-summary.js';
import { labelOf } from './summary/live-summary.js';
import { groupChanges, tellChanges, type ToldChange } from './summary/change-lines.js';
import { shownPath } from './formatting/error-text.js';
import { code, fenced } from './formatting/markdown.js';
import { describeTotals, totalsOf } from './summary/totals.js';
import { unifiedDiff } from './locate/unified-diff.js';

/** What GitHub takes as a comment (65,536 characters; GitLab takes more), with room for what a bot adds. */
const COMMENT_LIMIT = 65_000;
/** What GitHub takes as a job summary (1 MiB for all that a step writes). */
export const SUMMARY_LIMIT = 1_000_000;

/** By which a bot finds the comment that it wrote before. */
const MARKER = '<!-- driftmark -->';

/** How much is told: the most lines of a diff and the most changes of a target, and the most targets. */
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

/** A comment on a pull request, or a job summary. What would make it longer than `limit` bytes is left out, and counted. */
export function renderMarkdown(
  outcomes: readonly Outcome[],
  { cwd }: { readonly cwd: string },
  limit = COMMENT_LIMIT,
): string {
  const groups = isFleet(outcomes) ? groupsOf(outcomes) : undefined;
  const accounts = groups?.map(accountOfGroup) ?? outcomes.map((outcome) => summarize(outcome, code));
  const totals = groups ? describeFleet(groups) : describeTotals(totalsOf(outcomes));
  const head = [MARKER, '', `## driftmark: ${totals}`];
  const render = (extent: Extent) =>
    `${[head, ...renderAll(accounts, extent, cwd)].map((block) => block.join('\n')).join('\n\n')}\n`;
  let text = '';
  for (const extent of EXTENTS) {
    text = render(extent);
    if (Buffer.byteLength(text) <= limit) break;
  }
  return text;
}

/** The same for an error that kept every target from being looked at. */
export function renderMarkdownError(error: DriftmarkError, { cwd }: { readonly cwd: string }): string {
  return [MARKER, '', '## driftmark: could not check', '', ...renderError(error, cwd), ''].join('\n');
}

/** So many databases of a group are named. */
const MAX_LISTED = 20;

/** A group of a fleet as one account, in which its databases are notes. */
function accountOfGroup(group: Group): OutcomeSummary {
  const { outcome, members } = group;
  const account = summarize(outcome, code);
  const left = members.length - MAX_LISTED;
  const named = members.slice(0, MAX_LISTED).map(({ live, result }) => {
    const who = live ? labelOf(live) : outcome.name;
    return result.type === 'failed' ? `${who}: ${reasonOf(result.error)}` : who;
  });
  const databases = [...named, ...(left > 0 ? [`and ${left} more`] : [])];
  return { ...account, headline: headlineOf(group), notes: [...account.notes, ...databases] };
}

function renderAll(accounts: readonly OutcomeSummary[], extent: Extent, cwd: string): string[][] {
  const told = accounts.filter(({ status }) => status !== 'ok');
  const fine = accounts.filter(({ status }) => status === 'ok');
  const lines = fine.map(
    (account) => `- ✓ ${code(account.name)} ${[account.headline, ...account.extent].join(', ')}`,
  );
  const left = told.length - extent.targets;
  return [
    ...told.slice(0, extent.targets).flatMap((account) => renderAccount(account, extent, cwd)),
    ...(left > 0 ? [[`And ${count(left, 'further target')} of which something is to be told.`]] : []),
    ...(told.length === 0 && fine.length < 10
      ? [lines]
      : collapsed(count(fine.length, 'target') + ' in sync', lines.slice(0, extent.changes))),
  ].filter((block) => block.length > 0);
}

function renderAccount(account: OutcomeSummary, extent: Extent, cwd: string): string[][] {
  const { name, headline, error, notes, remedies } = account;
  return [
    [`### ✗ ${code(name)}: ${headline}`],
    renderFindings(account, extent.changes),
    error === undefined ? [] : renderError(error, cwd),
    ...renderDiff(account, extent.diff),
    notes.map((note) => `- ${code(note)}`),
    remedies.length > 1
      ? remedies.map(({ purpose, command }) => `- ${purpose}: ${code(command)}`)
      : remedies.map(({ purpose, command }) => `${purpose}: ${code(command)}`),
  ];
}

function renderFindings({ changes, remarks }: OutcomeSummary, most: number): string[] {
  const told = tellChanges(changes.slice(0, most));
  return [
    ...[...groupChanges(told)].flatMap(([group, members]) => [
      ...(group === '' ? [] : [`- ${code(group)}`]),
      ...members.map((change) => `${group === '' ? '' : '  '}- ${renderChange(change)}`),
    ]),
    ...(changes.length > most ? [`- and ${count(changes.length - most, 'further change')}`] : []),
    ...remarks.map(({ text, line }) => `- ~ ${line === undefined ? '' : `line ${line}: `}${code(text)}`),
  ];
}

const renderChange = ({ sign, subject, detail, origin }: ToldChange) =>
  [`\`${sign}\``, code(subject), code(detail), origin === undefined ? '' : `(${code(origin)})`]
    .filter((part) => part !== '')
    .join(' ');

function renderError({ message, place, details, remedy }: DriftmarkError, cwd: string): string[] {
  const { file, line, object } = place;
  const where = [file && shownPath(file, cwd), line].filter((part) => part !== undefined).join(':');
  const places = [where, object ?? ''].filter((part) => part !== '').map(code);
  return [
    ...(places.length === 0 ? [] : [`In ${places.join(', ')}:`, '']),
    ...fenced('text', [message, ...details.map(({ label, text }) => `${label}: ${text}`)].join('\n')),
    ...(remedy === undefined ? [] : ['', `→ ${code(remedy)}`]),
  ];
}

function renderDiff({ difference }: OutcomeSummary, most: number): string[][] {
  if (difference === undefined || most === 0) return [];
  const lines = unifiedDiff(difference).map(({ text }) => text);
  const left = lines.length - most;
  return collapsed('Diff of the report', [
    ...fenced('diff', lines.slice(0, most).join('\n')),
    ...(left > 0 ? ['', `and ${count(left, 'further line')}`] : []),
  ]);
}

/** Lines that show when they are asked for; GitHub wants blank lines around the Markdown within. */
const collapsed = (summary: string, lines: readonly string[]): string[][] =>
  lines.length === 0 ? [] : [[`<details><summary>${summary}</summary>`], [...lines], ['</details>']];
