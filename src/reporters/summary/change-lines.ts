import { stripVTControlCharacters } from 'node:util';
import type { ChalkInstance } from 'chalk';
import type { ExplainedChange } from '../../outcome.js';
import { displayWidth } from '../../util/display-width.js';
import { COLOURS } from '../formatting/colours.js';
import { describe, type DescribedChange } from './describe-change.js';
import { escapeControls } from '../../util/escape-controls.js';
import { wrap } from '../formatting/wrap.js';

/** A change in words, with where it comes from, harmless. */
export interface ToldChange extends DescribedChange {
  /** The migration that made it, or for a live database what is known of it: `pending, 3_more.sql`. */
  readonly origin?: string;
}

/** Says each change in words. */
export const tellChanges = (changes: readonly ExplainedChange[]): ToldChange[] =>
  changes.map(({ change, migration, verdict, isAllowed: isTolerated }) => {
    const origin = [verdict, isTolerated && 'tolerated', migration].filter((part) => part !== undefined);
    return { ...describe(change), ...(origin.length > 0 && { origin: escapeControls(origin.join(', ')) }) };
  });

/** The changes by the relation that they are in, in their order; those that are in none under the empty name. */
export function groupChanges<C extends DescribedChange>(changes: readonly C[]): ReadonlyMap<string, C[]> {
  const groups = new Map<string, C[]>();
  for (const change of changes) {
    const group = groups.get(change.group ?? '');
    if (group) group.push(change);
    else groups.set(change.group ?? '', [change]);
  }
  return groups;
}

const SIGN_COLOURS = { '+': COLOURS.added, '-': COLOURS.removed, '~': COLOURS.changed } as const;

/** Wider columns than these push what follows out of sight. */
const MOST = { subject: 40, detail: 60 } as const;

/** Changes as lines in aligned columns: what, how, from where. Under each other where `columns` are too few. */
export function renderChanges(
  changes: readonly ToldChange[],
  { chalk, columns }: { readonly chalk: ChalkInstance; readonly columns?: number },
): string[] {
  const widest = (pick: (change: ToldChange) => string) =>
    Math.max(0, ...changes.map((change) => displayWidth(pick(change))));
  const subjects = Math.min(
    MOST.subject,
    widest(({ subject }) => subject),
  );
  const details = Math.min(
    MOST.detail,
    widest(({ detail }) => detail),
  );
  const origins = widest(({ origin = '' }) => origin);
  const areColumnsWide = columns === undefined || subjects + details + origins + 8 <= columns;
  return [...groupChanges(changes)].flatMap(([group, members]) => [
    ...(group === '' ? [] : wrap(group, columns, 2)),
    ...members.flatMap((change) => {
      const lead = group === '' ? '' : '  ';
      const sign = SIGN_COLOURS[change.sign](chalk)(change.sign);
      const room = columns === undefined ? undefined : columns - lead.length - 2;
      const line = inline(change, subjects, details, chalk);
      // What does not fit beside the rest of its line stands beneath it.
      const fits =
        room === undefined || (areColumnsWide && displayWidth(stripVTControlCharacters(line)) <= room);
      const lines = fits ? [line] : nested(change, subjects, room, chalk);
      return lines.map((each, at) => lead + (at === 0 ? `${sign} ` : '  ') + each);
    }),
  ]);
}

/** One line for a change. */
function inline(change: ToldChange, subjects: number, details: number, chalk: ChalkInstance): string {
  const { subject, detail, origin } = change;
  const cells = `${pad(subject, subjects)}  ${pad(detail, details)}`;
  return origin === undefined ? cells.trimEnd() : `${cells}  ${COLOURS.aside(chalk)(origin)}`;
}

/** The detail wrapped within its column, and where it comes from under it. */
function nested(change: ToldChange, subjects: number, columns: number, chalk: ChalkInstance): string[] {
  const { subject, detail, origin } = change;
  const left = Math.min(subjects, Math.floor(columns / 3)) + 2;
  const right = [
    ...(detail === '' ? [] : wrap(detail, columns - left)),
    ...(origin === undefined ? [] : wrap(origin, columns - left).map((line) => COLOURS.aside(chalk)(line))),
  ];
  const [first = '', ...others] = right;
  const isShort = displayWidth(subject) <= left - 2;
  const head = isShort ? [(pad(subject, left) + first).trimEnd()] : wrap(subject, columns);
  return [...head, ...(isShort ? others : right).map((line) => ' '.repeat(left) + line)];
}

const pad = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - displayWidth(text)));
