import type { NamedDifference } from '../summary/outcome-summary.js';
import { hunksOf } from './hunks.js';

/** A line of a unified diff. */
export interface DiffLine {
  readonly type: 'file' | 'hunk' | 'added' | 'removed' | 'context';
  readonly text: string;
}

/** A unified diff with three lines of context and, after each `@@`, the nearest heading of the report. */
export function unifiedDiff({ before, after, names }: NamedDifference): DiffLine[] {
  const [oldLines, newLines] = [before.split('\n'), after.split('\n')];
  return [
    { type: 'file', text: `--- ${names.before}` },
    { type: 'file', text: `+++ ${names.after}` },
    ...hunksOf(before, after, 3).flatMap(
      ({ oldStart, oldLines: removed, newStart, newLines: added, lines }): DiffLine[] => {
        const heading = before === '' ? headingBefore(newLines, newStart) : headingBefore(oldLines, oldStart);
        const range = `@@ -${removed === 0 ? oldStart - 1 : oldStart},${removed} +${added === 0 ? newStart - 1 : newStart},${added} @@`;
        return [
          { type: 'hunk', text: heading === undefined ? range : `${range} ${heading}` },
          ...lines.map((text): DiffLine => ({ type: TYPES[text.charAt(0)] ?? 'context', text })),
        ];
      },
    ),
  ];
}

const TYPES: Readonly<Record<string, DiffLine['type']>> = { '+': 'added', '-': 'removed' };

/** The last heading above a line (1-based), with the one it stands under. */
function headingBefore(lines: readonly string[], line: number): string | undefined {
  const lastAbove = (mark: string): number => {
    let at = line - 2;
    while (at >= 0 && lines[at]?.startsWith(mark) !== true) at--;
    return at;
  };
  const section = lastAbove('## ');
  if (section <= 0) return undefined;
  const subsection = lastAbove('### ');
  const title = (at: number) => lines[at]?.replace(/^#+ /, '').replaceAll('`', '') ?? '';
  return subsection > section ? `${title(section)} › ${title(subsection)}` : title(section);
}
