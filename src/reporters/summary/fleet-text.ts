import { stripVTControlCharacters } from 'node:util';
import type { Outcome } from '../../outcome.js';
import { displayWidth } from '../../util/display-width.js';
import { summarize, statusOf } from './outcome-summary.js';
import { COLOURS } from '../formatting/colours.js';
import type { TextOptions } from '../formatting/error-text.js';
import { groupsOf, isFleet, sharedDatabase, type Group } from './fleet.js';
import { describeFleet, headlineOf, reasonOf, shortStatus } from './fleet-summary.js';
import { escapeControls } from '../../util/escape-controls.js';
import { labelOf } from './live-summary.js';
import { blocks, renderBody, renderText, renderTotals } from '../text.js';
import { withoutCommands } from '../formatting/workflow-command.js';
import { wrap } from '../formatting/wrap.js';

/** All outcomes, where nobody watches them come. */
export function renderAll(outcomes: readonly Outcome[], options: TextOptions): string {
  const shared = sharedDatabase(outcomes);
  const render = (outcome: Outcome) =>
    isFleet(outcomes) ? renderMember(outcome, options, shared) : renderText(outcome, options);
  return outcomes.map(render).join('') + renderClosing(outcomes, options);
}

/** One database of a fleet, or one schema of the database that all share: a line. */
export function renderMember(outcome: Outcome, { chalk, columns }: TextOptions, shared?: string): string {
  const { live, seconds } = outcome;
  const isOk = statusOf(outcome) === 'ok';
  const mark = isOk ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const who = COLOURS.strong(chalk)(whoIs(outcome, shared));
  const how = escapeControls(shortStatus(outcome));
  const about = [live?.fingerprint, `${seconds.toFixed(1)} s`].filter((part) => part !== undefined);
  const aside = COLOURS.aside(chalk)(`(${about.join(', ')})`);
  const line = `${mark} ${who}   ${how} ${aside}`;
  // What does not fit into a line stands beneath: how it fared is then to be seen at the same place of each.
  const lines = fits(line, columns)
    ? [line]
    : [...wrap(`${mark} ${who}`, columns, 2), ...indented(4, `${how} ${aside}`, columns)];
  return withoutCommands(`${lines.join('\n')}\n`);
}

const fits = (line: string, columns: number | undefined) =>
  columns === undefined || displayWidth(stripVTControlCharacters(line)) <= columns;

const indented = (by: number, text: string, columns: number | undefined): string[] =>
  wrap(text, columns === undefined ? undefined : columns - by).map((line) => ' '.repeat(by) + line);

function whoIs({ live, name }: Outcome, shared: string | undefined): string {
  const isShared = live?.schema !== undefined && live.database === shared;
  return escapeControls(isShared ? (live.schema ?? '') : live ? labelOf(live) : name);
}

/** What is said when all are through: of a fleet each drift but once, and how many fared how. */
export function renderClosing(outcomes: readonly Outcome[], options: TextOptions): string {
  if (!isFleet(outcomes)) return renderTotals(outcomes, options);
  const groups = groupsOf(outcomes);
  const shared = sharedDatabase(outcomes);
  const told = groups.filter(({ outcome }) => outcome.result.type !== 'in-sync');
  const totals = COLOURS.strong(options.chalk)(escapeControls(describeFleet(groups, shared)));
  return `\n${blocks([...told.map((group) => renderGroup(group, options, shared)), totals])}`;
}

/** Databases that fared alike: which they are, and once what it is that they share. */
function renderGroup(group: Group, options: TextOptions, shared: string | undefined): string {
  const { error, ...account } = summarize(group.outcome);
  const remedies =
    error?.remedy === undefined ? account.remedies : [{ purpose: 'To mend', command: error.remedy }];
  const head = [...renderHead(group, options), ...renderMembers(group, options, shared)];
  return blocks([head.join('\n'), renderBody({ ...account, remedies }, options)]).trimEnd();
}

function renderHead(group: Group, { chalk, columns }: TextOptions): string[] {
  const { status, outcome } = group;
  const mark = status === 'ok' ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const { fingerprint } = outcome.live ?? {};
  const aside = fingerprint === undefined ? '' : ` ${COLOURS.aside(chalk)(`(${fingerprint})`)}`;
  return wrap(`${mark} ${COLOURS.strong(chalk)(escapeControls(headlineOf(group)))}${aside}`, columns, 2);
}

/** Every one has been told in a line of its own. */
const MOST_LISTED = 20;

function renderMembers({ members }: Group, { columns }: TextOptions, shared: string | undefined): string[] {
  const left = members.length - MOST_LISTED;
  const lines = members.slice(0, MOST_LISTED).flatMap((outcome) => {
    const { result } = outcome;
    const who = whoIs(outcome, shared);
    if (result.type !== 'failed') return indented(4, who, columns);
    const why = escapeControls(reasonOf(result.error));
    const line = `    ${who}   ${why}`;
    return fits(line, columns) ? [line] : [...indented(4, who, columns), ...indented(6, why, columns)];
  });
  return [...lines, ...(left > 0 ? [`    and ${left} more`] : [])];
}
