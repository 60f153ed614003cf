import { parse } from '../../report/formats.js';
import type { Scope } from '../../report/grammar.js';

/** Lines of a report from one heading to the next of its level: `start` is the heading's, `end` is behind the last one. */
export interface Section {
  readonly start: number;
  readonly end: number;
}

/** A report to look for objects in. Lines are 1-based. */
export interface Page {
  readonly scope: Scope;
  /** The section under a heading, one of several spellings of it. */
  readonly section: (headings: readonly string[]) => Section | undefined;
  /** The first line within, the heading aside, that is so. */
  readonly first: (within: Section, is: (text: string) => boolean) => number | undefined;
  /** The first line within that the other report does not have. */
  readonly firstChanged: (within: Section) => number | undefined;
  /** The part of a section under a heading of its own. */
  readonly subsection: (within: Section, heading: string) => Section | undefined;
}

/** A report as a page, of which `changed` lines differ. */
export function pageOf(text: string, changed: readonly number[]): Page {
  const lines = text.split('\n');
  const at = (line: number) => lines[line - 1] ?? '';
  const isChanged = new Set(changed);
  const starts = new Map<string, number>();
  lines.forEach((each, index) => {
    if (each.startsWith('## ')) starts.set(each, index + 1);
  });
  const find = ({ start, end }: Section, is: (line: number) => boolean): number | undefined => {
    for (let line = start + 1; line < end; line++) if (is(line)) return line;
    return undefined;
  };
  const whole: Section = { start: 0, end: lines.length + 1 };
  const endOf = (start: number, limit: Section, level: string) =>
    find({ start, end: limit.end }, (line) => at(line).startsWith(level)) ?? limit.end;
  return {
    scope: { home: homeOf(text) },
    section: (headings) => {
      const start = headings.map((heading) => starts.get(heading)).find((line) => line !== undefined);
      return start === undefined ? undefined : { start, end: endOf(start, whole, '## ') };
    },
    first: (within, is) => find(within, (line) => is(at(line))),
    firstChanged: (within) => find(within, (line) => isChanged.has(line)),
    subsection: (within, heading) => {
      const start = find(within, (line) => at(line) === heading);
      return start === undefined ? undefined : { start, end: endOf(start, within, '### ') };
    },
  };
}

/** The schema whose objects stand without qualification. */
function homeOf(text: string): string {
  try {
    return parse(text).schema.namespaces[0] ?? 'public';
  } catch {
    return 'public';
  }
}
