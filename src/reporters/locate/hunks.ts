import { differingLines, type Run } from './differing-lines.js';

/**
 * A run of lines that differ, with the lines around it. Lines are 1-based; `oldStart` is where new lines are put in.
 */
export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** Each begins with a space, `-` or `+`. */
  readonly lines: readonly string[];
}

/**
 * The hunks of two reports. The padding of table cells is not compared, unless nothing else differs: a wider cell
 * pads
 * all rows of a table anew.
 */
export function hunksOf(before: string, after: string, context = 0): readonly Hunk[] {
  const old = linesOf(before);
  const now = linesOf(after);
  const runs = differingLines(old.map(withoutPadding), now.map(withoutPadding));
  const found = runs.length > 0 || before === after ? runs : differingLines(old, now);
  return joined(found, context).map((group) => hunkOf(group, old, now, context));
}

/** A row of a table without the spaces that align its cells; a line without its carriage return. */
function withoutPadding(line: string): string {
  if (!line.startsWith('|')) return line.endsWith('\r') ? line.slice(0, -1) : line;
  const row = line.replace(/ +\|/g, ' |');
  return /^[| -]+$/.test(row) ? row.replace(/-+/g, '---') : row;
}

/** The lines of a document. A last line without a line break differs from one with it, as in git. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  else lines.push(`${lines.pop() ?? ''}\n\\ No newline at end of file`);
  return lines;
}

/** Runs whose context would touch belong to one hunk. */
function joined(runs: readonly Run[], context: number): readonly (readonly Run[])[] {
  const groups: Run[][] = [];
  for (const run of runs) {
    const last = groups.at(-1)?.at(-1);
    if (last && run.oldStart - last.oldEnd <= 2 * context) groups.at(-1)?.push(run);
    else groups.push([run]);
  }
  return groups;
}

function hunkOf(runs: readonly Run[], old: readonly string[], now: readonly string[], context: number): Hunk {
  const [first] = runs;
  const last = runs.at(-1);
  const lead = Math.min(context, first?.oldStart ?? 0);
  const tail = Math.min(context, old.length - (last?.oldEnd ?? 0));
  const newStart = (first?.newStart ?? 0) - lead;
  const newEnd = (last?.newEnd ?? 0) + tail;
  const lines: string[] = [];
  const add = (sign: string, text: string) => lines.push(...`${sign}${text}`.split('\n'));
  let at = newStart;
  for (const run of runs) {
    // Of lines that differ in padding only, the new ones are shown.
    for (; at < run.newStart; at++) add(' ', now[at] ?? '');
    for (let line = run.oldStart; line < run.oldEnd; line++) add('-', old[line] ?? '');
    for (; at < run.newEnd; at++) add('+', now[at] ?? '');
  }
  for (; at < newEnd; at++) add(' ', now[at] ?? '');
  const oldStart = (first?.oldStart ?? 0) - lead;
  return {
    oldStart: oldStart + 1,
    oldLines: (last?.oldEnd ?? 0) + tail - oldStart,
    newStart: newStart + 1,
    newLines: newEnd - newStart,
    lines,
  };
}

/** The numbers of all lines within the hunks, of the old and of the new text. */
export function changedLinesOf(
  hunks: readonly Hunk[],
): readonly [before: ReadonlySet<number>, after: ReadonlySet<number>] {
  const before = new Set<number>();
  const after = new Set<number>();
  for (const { oldStart, oldLines, newStart, newLines } of hunks) {
    for (let at = 0; at < oldLines; at++) before.add(oldStart + at);
    for (let at = 0; at < newLines; at++) after.add(newStart + at);
  }
  return [before, after];
}

/** The old line that a new one stands for, or that it follows. */
export function oldLineOf(line: number, hunks: readonly Hunk[]): number {
  const hunk = lastHunkBefore(line, hunks);
  if (!hunk) return line;
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const offset = line - newStart;
  if (offset >= newLines) return oldStart + oldLines + offset - newLines;
  return Math.max(1, oldStart + Math.min(offset, oldLines - 1));
}

function lastHunkBefore(line: number, hunks: readonly Hunk[]): Hunk | undefined {
  let low = 0;
  let high = hunks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hunks[middle]?.newStart ?? 0) <= line) low = middle + 1;
    else high = middle;
  }
  return hunks[low - 1];
}
