import { stripVTControlCharacters } from 'node:util';
import type { ChalkInstance } from 'chalk';
import { displayWidth } from '../../util/display-width.js';
import { escapeControls } from '../../util/escape-controls.js';
import { groupBy } from '../../util/group-by.js';
import { COLOURS } from '../formatting/colours.js';
import { wrap } from '../formatting/wrap.js';
import type { ListedChange } from './change-list.js';

/** How the lines of a change list look. */
export interface ChangeLineStyle {
  readonly chalk: ChalkInstance;
  /** The room that there is; absent if lines may have any length. */
  readonly columns?: number;
  /** True if the migration that made all the changes is named elsewhere. */
  readonly withoutMigrations?: boolean;
  /**
   * True for a fenced block of the language `diff`: a sign counts at the beginning of a line only, and `!` is a
   * change.
   */
  readonly forDiff?: boolean;
}

/** A line of the change list as the cells of a table. */
interface Row {
  readonly sign: ListedChange['sign'];
  readonly indent: string;
  readonly subject: string;
  readonly detail: string;
  readonly impact: string;
  readonly origin: string;
}

type Entry = Row | { readonly indent: string; readonly title: string };

/** The widths of the columns; the first one includes the indentation. */
interface Widths {
  readonly subject: number;
  /** Absent if columns do not fit. */
  readonly detail: number | undefined;
  readonly impact: number;
}

const SIGN_COLOURS = { '+': COLOURS.added, '-': COLOURS.removed, '~': COLOURS.changed } as const;

/** A wider column pushes the next ones out of sight. */
const MAX_SUBJECT = 44;
const MAX_DETAIL = 60;
/** Text in a narrower column cannot be read. */
const MIN_DETAIL = 24;
const GAP = '  ';

/** The change list as lines in aligned columns: what, how, with which impact, by which migration. */
export function renderChanges(changes: readonly ListedChange[], style: ChangeLineStyle): string[] {
  const entries = entriesOf(changes, style);
  const widths = widthsFor(entries, style.columns);
  return entries.flatMap((entry) => {
    if (!('title' in entry)) return renderRow(entry, widths, style);
    const title = `${style.forDiff ? '  ' : ''}${entry.indent}${entry.title}`;
    return wrap(title, style.columns, entry.indent.length + 2);
  });
}

function entriesOf(changes: readonly ListedChange[], style: ChangeLineStyle): Entry[] {
  const byVerdict = groupBy(changes, ({ verdict }) => verdict);
  return [...byVerdict].flatMap(([verdict, ofVerdict]): Entry[] => {
    const indent = verdict === undefined ? '' : GAP;
    const groups = groupBy(ofVerdict, ({ group, subject, sign }) => group ?? `${sign}${subject}`);
    const entries = [...groups.values()].flatMap((members): Entry[] => {
      const [first] = members;
      const title = first?.group === undefined ? [] : [{ indent, title: first.group }];
      const inner = title.length === 0 ? indent : indent + GAP;
      return [...title, ...members.map((change) => rowOf(change, inner, style))];
    });
    return verdict === undefined ? entries : [{ indent: '', title: `${capitalized(verdict)}:` }, ...entries];
  });
}

function rowOf(change: ListedChange, indent: string, { withoutMigrations }: ChangeLineStyle): Row {
  const { sign, subject, detail, isBreaking, isIgnored, migration } = change;
  const origin = [isIgnored && 'ignored', withoutMigrations !== true && migration];
  return {
    sign,
    indent,
    subject,
    detail,
    impact: isBreaking ? 'breaking' : '',
    origin: escapeControls(origin.filter((part) => typeof part === 'string').join(', ')),
  };
}

function widthsFor(entries: readonly Entry[], columns: number | undefined): Widths {
  const rows = entries.filter((entry) => 'subject' in entry);
  const widest = (textOf: (row: Row) => string) =>
    rows.reduce((width, row) => Math.max(width, displayWidth(textOf(row))), 0);
  const subject = Math.min(
    MAX_SUBJECT,
    widest((row) => row.indent + row.subject),
  );
  const impact = widest((row) => row.impact);
  const origin = widest((row) => row.origin);
  const others = [
    2,
    subject,
    GAP.length,
    ...[impact, origin].filter((width) => width > 0).map((width) => width + 2),
  ];
  const wanted = Math.min(
    MAX_DETAIL,
    widest((row) => row.detail),
  );
  const room = columns === undefined ? wanted : columns - others.reduce((sum, width) => sum + width, 0);
  const detail = room < Math.min(wanted, MIN_DETAIL) ? undefined : Math.min(wanted, room);
  return { subject, detail, impact };
}

function renderRow(row: Row, widths: Widths, style: ChangeLineStyle): string[] {
  const sign = SIGN_COLOURS[row.sign](style.chalk)(style.forDiff && row.sign === '~' ? '!' : row.sign);
  const lead = style.forDiff ? `${sign} ${row.indent}` : `${row.indent}${sign} `;
  const blank = ' '.repeat(row.indent.length + 2);
  const lines = cellLines(row, widths, style) ?? stackedLines(row, style);
  return lines.map((line, at) => ((at === 0 ? lead : blank) + line).trimEnd());
}

/** The cells beside each other; undefined if they do not fit. */
function cellLines(row: Row, widths: Widths, { chalk, columns }: ChangeLineStyle): string[] | undefined {
  const { subject, detail, impact, origin, indent } = row;
  const subjectWidth = widths.subject - indent.length;
  const isWide = columns !== undefined && displayWidth(subject) > subjectWidth;
  if (widths.detail === undefined || isWide) return undefined;
  const [first = '', ...others] = columns === undefined ? [detail] : wrap(detail, widths.detail);
  const line = [
    pad(subject, subjectWidth),
    pad(first, widths.detail),
    ...(widths.impact === 0 ? [] : [pad(COLOURS.removed(chalk)(impact), widths.impact)]),
    origin,
  ].join(GAP);
  const under = ' '.repeat(subjectWidth + GAP.length);
  return [line, ...others.map((text) => under + text)];
}

/** The cells below each other. */
function stackedLines({ subject, detail, impact, origin, indent }: Row, style: ChangeLineStyle): string[] {
  const { chalk, columns } = style;
  const room = columns === undefined ? undefined : columns - indent.length - 2;
  const about = [COLOURS.removed(chalk)(impact), origin];
  const nested = [detail, about.filter((text) => text !== '').join(GAP)].filter((text) => text !== '');
  return [
    ...wrap(subject, room, 2),
    ...nested
      .flatMap((text) => wrap(text, room === undefined ? undefined : room - 2))
      .map((line) => `  ${line}`),
  ];
}

const pad = (text: string, width: number) => {
  const visible = text.includes('\u001b') ? stripVTControlCharacters(text) : text;
  return text + ' '.repeat(Math.max(0, width - displayWidth(visible)));
};

const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
