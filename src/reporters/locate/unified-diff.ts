import type { NamedDifference } from '../summary/outcome-summary.js';
import { hunksOf } from './hunks.js';

/** A line of a unified diff. */
export interface DiffLine {
  readonly type: 'file' | 'hunk' | 'added' | 'removed' | 'context';
  readonly text: string;
}

/** A unified diff with three lines of context and, after each `@@`, the nearest heading of the report. */
export function unifiedDiff({ before, after, names }: NamedDifference): DiffLine[] {
  const isNew = before === '';
  const headingAbove = headings((isNew ? after : before).split('\n'));
  return [
    { type: 'file', text: `--- ${names.before}` },
    { type: 'file', text: `+++ ${names.after}` },
    ...hunksOf(before, after, 3).flatMap(({ oldStart, oldLines, newStart, newLines, lines }): DiffLine[] => {
      const heading = headingAbove(isNew ? newStart : oldStart);
      const range = `@@ -${oldLines === 0 ? oldStart - 1 : oldStart},${oldLines} +${newLines === 0 ? newStart - 1 : newStart},${newLines} @@`;
      return [
        { type: 'hunk', text: heading === undefined ? range : `${range} ${heading}` },
        ...lines.map((text): DiffLine => ({ type: TYPES[text.charAt(0)] ?? 'context', text })),
      ];
    }),
  ];
}

const TYPES: Readonly<Record<string, DiffLine['type']>> = { '+': 'added', '-': 'removed' };

/** Finds the heading above a line (1-based), with the section that it is in. Lines have to be asked for in their order. */
function headings(lines: readonly string[]): (line: number) => string | undefined {
  const title = (text: string) => text.replace(/^#+ /, '').replaceAll('`', '');
  let at = 0;
  let section: string | undefined;
  let subsection: string | undefined;
  return (line) => {
    for (; at < line - 1; at++) {
      const text = lines[at] ?? '';
      // The first line is the title of the report.
      if (text.startsWith('## ') && at > 0) [section, subsection] = [title(text), undefined];
      else if (text.startsWith('### ')) subsection = title(text);
    }
    return section !== undefined && subsection !== undefined ? `${section} › ${subsection}` : section;
  };
}
