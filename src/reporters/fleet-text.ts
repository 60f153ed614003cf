import { stripVTControlCharacters } from 'node:util';
import type { Outcome } from '../outcome.js';
import { displayWidth, widestOf } from '../util/display-width.js';
import { escapeControls } from '../util/escape-controls.js';
import { COLOURS } from './formatting/colours.js';
import type { TextOptions } from './formatting/error-text.js';
import { withoutCommands } from './formatting/workflow-command.js';
import { wrap } from './formatting/wrap.js';
import {
  describeFleet,
  groupsOf,
  headlineOf,
  isFleet,
  reasonOf,
  sharedDatabase,
  shortStatus,
  type Group,
} from './summary/fleet.js';
import { labelOf } from './summary/live-summary.js';
import { statusOf, summarize } from './summary/outcome-summary.js';
import { blocks, renderBody, renderText, renderTotals } from './text.js';

/** How the lines of a fleet look. */
export interface FleetStyle {
  /** The database of which all are schemas: it is not named in each line. */
  readonly database?: string;
  /** The width of the widest name, for aligned columns. */
  readonly nameWidth?: number;
}

/** All outcomes, for a file or a log that is read afterwards. The lines of a fleet are in the order of the names. */
export function renderAll(outcomes: readonly Outcome[], options: TextOptions): string {
  if (!isFleet(outcomes))
    return (
      outcomes.map((outcome) => renderText(outcome, options)).join('') + renderClosing(outcomes, options)
    );
  const database = sharedDatabase(outcomes);
  const style = { ...(database !== undefined && { database }) };
  const names = new Map(outcomes.map((outcome) => [outcome, nameOf(outcome, style)]));
  const nameWidth = widestOf(names.values());
  const lines = [...names]
    .sort(([, a], [, b]) => (a < b ? -1 : 1))
    .map(([outcome]) => renderMember(outcome, options, { ...style, nameWidth }));
  return lines.join('') + renderClosing(outcomes, options);
}

/** A line for one database of a fleet, or for one schema of the database that all share. */
export function renderMember(
  outcome: Outcome,
  { chalk, columns }: TextOptions,
  style: FleetStyle = {},
): string {
  const { live, seconds } = outcome;
  const isOk = statusOf(outcome) === 'ok';
  const mark = isOk ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const name = nameOf(outcome, style);
  const padding = ' '.repeat(Math.max(0, (style.nameWidth ?? 0) - displayWidth(name)));
  const status = escapeControls(shortStatus(outcome));
  const about = [
    // Databases in sync all have the schema of the report.
    ...(live?.fingerprint === undefined || isOk ? [] : [`fingerprint ${live.fingerprint}`]),
    `${seconds.toFixed(1)} s`,
  ];
  const aside = COLOURS.aside(chalk)(`(${about.join(', ')})`);
  const head = `${mark} ${COLOURS.strong(chalk)(name)}`;
  // If a status does not fit beside its name, it stands beneath it.
  const lines = [`${head}${padding}   ${status} ${aside}`, `${head}   ${status} ${aside}`].find((line) =>
    fits(line, columns),
  );
  const all =
    lines === undefined
      ? [...wrap(head, columns, 2), ...indented(4, `${status} ${aside}`, columns)]
      : [lines];
  return withoutCommands(`${all.join('\n')}\n`);
}

const fits = (line: string, columns: number | undefined) =>
  columns === undefined || displayWidth(stripVTControlCharacters(line)) <= columns;

const indented = (by: number, text: string, columns: number | undefined): string[] =>
  wrap(text, columns === undefined ? undefined : columns - by).map((line) => ' '.repeat(by) + line);

/** The name of a database, or of a schema if all are schemas of one database. */
function nameOf({ live, name }: Outcome, { database }: FleetStyle): string {
  const isOfShared = live?.schema !== undefined && live.database === database;
  return escapeControls(isOfShared ? (live.schema ?? '') : live ? labelOf(live) : name);
}

/** The end of the output: each drift and failure of a fleet once, and how many databases have which result. */
export function renderClosing(outcomes: readonly Outcome[], options: TextOptions): string {
  if (!isFleet(outcomes)) return renderTotals(outcomes, options);
  const groups = groupsOf(outcomes);
  const database = sharedDatabase(outcomes);
  const different = groups.filter(({ outcome }) => outcome.result.type !== 'in-sync');
  const totals = wrap(
    COLOURS.strong(options.chalk)(escapeControls(describeFleet(groups, database))),
    options.columns,
    2,
  ).join('\n');
  const style = { ...(database !== undefined && { database }) };
  return `\n${blocks([...different.map((group) => renderGroup(group, options, style)), totals])}`;
}

/** Databases with the same result: which they are, and once the result. */
function renderGroup(group: Group, options: TextOptions, style: FleetStyle): string {
  const { error, ...summary } = summarize(group.outcome);
  const remedies =
    error?.remedy === undefined
      ? summary.remedies
      : [{ purpose: 'To fix:', command: error.remedy, isProse: true }];
  const head = [...renderHead(group, options), ...renderMembers(group, options, style)];
  return blocks([head.join('\n'), renderBody({ ...summary, remedies }, options)]).trimEnd();
}

function renderHead(group: Group, { chalk, columns }: TextOptions): string[] {
  const { status, outcome } = group;
  const mark = status === 'ok' ? COLOURS.good(chalk)('✓') : COLOURS.bad(chalk)('✗');
  const { fingerprint } = outcome.live ?? {};
  const aside = fingerprint === undefined ? '' : ` ${COLOURS.aside(chalk)(`(fingerprint ${fingerprint})`)}`;
  return wrap(`${mark} ${COLOURS.strong(chalk)(escapeControls(headlineOf(group)))}${aside}`, columns, 2);
}

/** Each of them has a line of its own above. */
const MAX_LISTED = 20;

function renderMembers({ members }: Group, { columns }: TextOptions, style: FleetStyle): string[] {
  const shown = members.slice(0, MAX_LISTED);
  const names = new Map(shown.map((outcome) => [outcome, nameOf(outcome, style)]));
  const width = widestOf(names.values());
  const lines = [...names].flatMap(([{ result }, name]) => {
    if (result.type !== 'failed') return indented(4, name, columns);
    const why = escapeControls(reasonOf(result.error));
    const line = `    ${name}${' '.repeat(width - displayWidth(name))}   ${why}`;
    return fits(line, columns) ? [line] : [...indented(4, name, columns), ...indented(6, why, columns)];
  });
  const left = members.length - MAX_LISTED;
  return [...lines, ...(left > 0 ? [`    and ${left} more`] : [])];
}
