import type { TextDifference } from '../../outcome.js';
import type { Change } from '../../schema/compare.js';
import { hunksOf } from './hunks.js';
import { pageOf, type Page } from './report-lines.js';
import { findObject, findParent } from './locate-object.js';

/** A run of lines that differ, 1-based; the old ones are none where lines were put in before `oldStart`. */
interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
}

/**
 * The line (1-based) of the committed report where each changed object stands; for one that is not there yet, the
 * line after which it will stand.
 */
export function linesOf(changes: readonly Change[], { before, after }: TextDifference): number[] {
  const hunks = hunksOf(before, after, 0);
  const old = pageOf(
    before,
    hunks.flatMap(({ oldStart, oldLines }) => range(oldStart, oldLines)),
  );
  const now = pageOf(
    after,
    hunks.flatMap(({ newStart, newLines }) => range(newStart, newLines)),
  );
  return changes.map((change) => lineOf(change, old, now, hunks));
}

function lineOf(change: Change, old: Page, now: Page, hunks: readonly Hunk[]): number {
  const { kind } = change;
  const fact = change.type === 'changed' ? change.fact : undefined;
  const there = 'before' in change ? findObject(old, kind, change.before, fact) : undefined;
  if (there !== undefined) return there;
  const to = 'after' in change ? findObject(now, kind, change.after, fact) : undefined;
  if (to !== undefined) return oldLineOf(to, hunks);
  const object = 'before' in change ? change.before : change.after;
  return findObject(old, kind, object) ?? findParent(old, kind, object) ?? 1;
}

/** The old line that a new one stands for, or that it follows. */
function oldLineOf(line: number, hunks: readonly Hunk[]): number {
  const hunk = hunks.findLast(({ newStart }) => newStart <= line);
  if (!hunk) return line;
  const { oldStart, oldLines, newStart, newLines } = hunk;
  const offset = line - newStart;
  if (offset >= newLines) return oldStart + oldLines + offset - newLines;
  return Math.max(1, oldStart + Math.min(offset, oldLines - 1));
}

const range = (start: number, length: number) => Array.from({ length }, (_, at) => start + at);
