import { structuredPatch } from 'diff';
import type { NamedDifference } from './account.js';

/** A line of a unified diff. */
export interface DiffLine {
  readonly type: 'file' | 'hunk' | 'added' | 'removed' | 'context';
  readonly text: string;
}

/** A unified diff with three lines of context and, after each `@@`, the nearest heading of the report. */
export function unifiedDiff({ before, after, names }: NamedDifference): DiffLine[] {
  const { hunks } = structuredPatch(names.before, names.after, before, after, '', '', { context: 3 });
  const [oldLines, newLines] = [before.split('\n'), after.split('\n')];
  return [
    { type: 'file', text: `--- ${names.before}` },
    { type: 'file', text: `+++ ${names.after}` },
    ...hunks.flatMap(({ oldStart, oldLines: removed, newStart, newLines: added, lines }): DiffLine[] => {
      const heading = before === '' ? headingBefore(newLines, newStart) : headingBefore(oldLines, oldStart);
      const range = `@@ -${removed === 0 ? oldStart - 1 : oldStart},${removed} +${added === 0 ? newStart - 1 : newStart},${added} @@`;
      return [
        { type: 'hunk', text: heading === undefined ? range : `${range} ${heading}` },
        ...lines.map((text): DiffLine => ({ type: TYPES[text.charAt(0)] ?? 'context', text })),
      ];
    }),
  ];
}

const TYPES: Readonly<Record<string, DiffLine['type']>> = { '+': 'added', '-': 'removed' };

/** The last heading above a line (1-based), with the one it stands under. */
function headingBefore(lines: readonly string[], line: number): string | undefined {
  const above = lines.slice(0, Math.max(0, line - 1));
  const section = above.findLastIndex((text) => text.startsWith('## '));
  const subsection = above.findLastIndex((text) => text.startsWith('### '));
  if (section <= 0) return undefined;
  const title = (at: number) => above[at]?.replace(/^#+ /, '').replaceAll('`', '') ?? '';
  return subsection > section ? `${title(section)} › ${title(subsection)}` : title(section);
}
