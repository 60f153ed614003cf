import type { Outcome } from '../outcome.js';
import { summarize, type OutcomeSummary } from './summary/outcome-summary.js';
import { renderChanges, tellChanges } from './summary/change-lines.js';
import { COLOURS } from './formatting/colours.js';
import { indent, renderError, type TextOptions } from './formatting/error-text.js';
import { escapeControls, harmlessLines } from '../util/escape-controls.js';
import { describeTotals, totalsOf } from './summary/totals.js';
import { unifiedDiff, type DiffLine } from './locate/unified-diff.js';
import { withoutCommands } from './formatting/workflow-command.js';
import { wrap } from './formatting/wrap.js';

/** How one target fared, for people: a line where all is well, an explanation where not. Ends with a line break. */
export function renderText(outcome: Outcome, options: TextOptions): string {
  const account = summarize(outcome);
  return blocks([renderHead(account, options).join('\n'), renderBody(account, options)]);
}

/** What there is to tell beneath the headline; empty where all is well. */
export function renderBody(account: OutcomeSummary, options: TextOptions): string {
  const parts = [
    renderFindings(account, options).map(indent),
    account.error === undefined ? [] : [renderError(account.error, options).trimEnd()],
    renderDiff(account, options).map(indent),
    renderNotes(account, options).map(indent),
    renderRemedies(account, options).map(indent),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

/** Parts with a line between them. */
export const blocks = (parts: readonly string[]) =>
  withoutCommands(`${parts.filter((part) => part !== '').join('\n\n')}\n`);

/** One line for all targets; empty where there is but one. */
export function renderTotals(outcomes: readonly Outcome[], { chalk }: TextOptions): string {
  return outcomes.length < 2 ? '' : `\n${COLOURS.strong(chalk)(describeTotals(totalsOf(outcomes)))}\n`;
}

function renderHead(account: OutcomeSummary, { chalk, columns }: TextOptions): string[] {
  const isOk = account.status === 'ok';
  const mark = isOk ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const about = [...account.extent, `${account.seconds.toFixed(1)} s`].join(', ');
  const aside = isOk ? ` ${COLOURS.aside(chalk)(`(${about})`)}` : '';
  const name = COLOURS.strong(chalk)(escapeControls(account.name));
  return wrap(`${mark} ${name}   ${escapeControls(account.headline)}${aside}`, columns, 2);
}

function renderFindings(
  { changes, remarks, report }: OutcomeSummary,
  { chalk, columns }: TextOptions,
): string[] {
  const room = columns === undefined ? {} : { columns: columns - 2 };
  return [
    ...renderChanges(tellChanges(changes), { chalk, ...room }),
    ...remarks.flatMap(({ text, line }) => {
      const place = line === undefined ? '' : `${escapeControls(report)}:${line}: `;
      return wrap(`${COLOURS.changed(chalk)('~')} ${place}${harmlessLines(text)}`, room.columns, 2);
    }),
  ];
}

/** Not wrapped: a line of a diff is to be read, and copied, as it is. */
function renderDiff({ difference }: OutcomeSummary, { chalk }: TextOptions): string[] {
  if (difference === undefined) return [];
  return unifiedDiff(difference).map(({ type, text }) => LINES[type](chalk)(escapeControls(text)));
}

const LINES = {
  file: COLOURS.strong,
  hunk: COLOURS.place,
  added: COLOURS.added,
  removed: COLOURS.removed,
  context: () => (text: string) => text,
} satisfies Record<DiffLine['type'], unknown>;

function renderNotes({ notes }: OutcomeSummary, { chalk, columns }: TextOptions): string[] {
  const room = columns === undefined ? undefined : columns - 2;
  return notes.flatMap((note) => wrap(COLOURS.aside(chalk)(escapeControls(note)), room, 2));
}

function renderRemedies({ remedies }: OutcomeSummary, { chalk, columns }: TextOptions): string[] {
  const room = columns === undefined ? undefined : columns - 2;
  return remedies.flatMap(({ purpose, command }) =>
    wrap(`${purpose}: ${COLOURS.strong(chalk)(escapeControls(command))}`, room, 2),
  );
}
