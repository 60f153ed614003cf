import type { Outcome } from '../outcome.js';
import { truncate } from '../util/display-width.js';
import { escapeControls, escapeControlsByLine } from '../util/escape-controls.js';
import { COLOURS } from './formatting/colours.js';
import { indent, renderError, type TextOptions } from './formatting/error-text.js';
import { withoutCommands } from './formatting/workflow-command.js';
import { wrap } from './formatting/wrap.js';
import { unifiedDiff, type DiffLine } from './locate/unified-diff.js';
import { renderChanges } from './summary/change-lines.js';
import { describeTotals, summarize, totalsOf, type OutcomeSummary } from './summary/outcome-summary.js';

/** The result of one target for people: a line if all is well, else an explanation. Ends with a line break. */
export function renderText(outcome: Outcome, options: TextOptions): string {
  const summary = summarize(outcome);
  return blocks([renderHead(summary, options).join('\n'), renderBody(summary, options)]);
}

/** Everything beneath the headline; empty if all is well. */
export function renderBody(summary: OutcomeSummary, options: TextOptions): string {
  const { columns } = options;
  // Every line is indented by two spaces.
  const inner = { ...options, ...(columns !== undefined && { columns: columns - 2 }) };
  const parts = [
    renderLegend(summary, inner).map(indent),
    [...renderChangeList(summary, inner), ...renderRemarks(summary, inner)].map(indent),
    summary.error === undefined ? [] : [renderError(summary.error, options).trimEnd()],
    renderDiff(summary, inner).map(indent),
    renderNotes(summary, inner).map(indent),
    renderRemedies(summary, inner).map(indent),
  ];
  return parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n');
}

/** Parts with an empty line between them. */
export const blocks = (parts: readonly string[]) =>
  withoutCommands(`${parts.filter((part) => part !== '').join('\n\n')}\n`);

/** One line for all targets; empty if there is only one. */
export function renderTotals(outcomes: readonly Outcome[], { chalk }: TextOptions): string {
  return outcomes.length < 2 ? '' : `\n${COLOURS.strong(chalk)(describeTotals(totalsOf(outcomes)))}\n`;
}

function renderHead(summary: OutcomeSummary, { chalk, columns }: TextOptions): string[] {
  const isOk = summary.status === 'ok';
  const mark = isOk ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const about = [...summary.extent, `${summary.seconds.toFixed(1)} s`].join(', ');
  const aside = isOk ? ` ${COLOURS.aside(chalk)(`(${about})`)}` : '';
  const name = COLOURS.strong(chalk)(escapeControls(summary.name));
  return wrap(`${mark} ${name}   ${escapeControls(summary.headline)}${aside}`, columns, 2);
}

function renderLegend({ legend, changes }: OutcomeSummary, { columns }: TextOptions): string[] {
  return legend === undefined || changes.length === 0 ? [] : wrap(legend, columns);
}

const renderChangeList = ({ changes, isMigrationNamed }: OutcomeSummary, { chalk, columns }: TextOptions) =>
  renderChanges(changes, {
    chalk,
    withoutMigrations: isMigrationNamed,
    ...(columns !== undefined && { columns }),
  });

function renderRemarks({ remarks, report }: OutcomeSummary, { chalk, columns }: TextOptions): string[] {
  return remarks.flatMap(({ text, line }) => {
    const place = line === undefined ? '' : `${escapeControls(report)}:${line}: `;
    return wrap(`${COLOURS.changed(chalk)('~')} ${place}${escapeControlsByLine(text)}`, columns, 2);
  });
}

/** A diff that wraps cannot be read: its lines are cut at the width of a terminal. */
function renderDiff(
  { difference, showDiff }: OutcomeSummary,
  { chalk, columns, diff }: TextOptions,
): string[] {
  const isShown = diff ?? (showDiff === 'always' || (showDiff === 'in-files' && columns === undefined));
  if (difference === undefined || !isShown) return [];
  return unifiedDiff(difference).map(({ type, text }) => {
    const line = escapeControls(text);
    return LINES[type](chalk)(columns === undefined ? line : truncate(line, columns));
  });
}

const LINES = {
  file: COLOURS.strong,
  hunk: COLOURS.place,
  added: COLOURS.added,
  removed: COLOURS.removed,
  context: () => (text: string) => text,
} satisfies Record<DiffLine['type'], unknown>;

const renderNotes = ({ notes }: OutcomeSummary, { columns }: TextOptions): string[] =>
  notes.flatMap((note) => wrap(escapeControls(note), columns, 2));

const renderRemedies = ({ remedies }: OutcomeSummary, { chalk, columns }: TextOptions): string[] =>
  remedies.flatMap(({ purpose, command, isProse }) => {
    const text = escapeControls(command);
    return wrap(`${purpose} ${isProse === true ? text : COLOURS.strong(chalk)(text)}`, columns, 2);
  });
