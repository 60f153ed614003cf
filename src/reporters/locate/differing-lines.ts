import { diffArrays } from 'diff';

/** Lines of the old text that lines of the new text replace. Positions are 0-based; the end is excluded. */
export interface Run {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Myers' algorithm takes the square of the number of edits: a part with more edits is replaced as a whole. */
const MAX_EDITS = 200;
/** Deeper nesting of unique lines does not occur in a report. */
const MAX_DEPTH = 30;

/**
 * The runs of lines in which two documents differ, in time that grows with their length. Lines that occur once in both
 * documents are matched first, as in a patience diff; what is between two of them is compared by Myers' algorithm.
 *
 * @param before the lines of the old text, as they are compared
 * @param after the lines of the new text
 */
export function differingLines(before: readonly string[], after: readonly string[]): Run[] {
  const runs: Run[] = [];
  compareLines({ oldStart: 0, oldEnd: before.length, newStart: 0, newEnd: after.length }, 0);
  return runs.map((run, at) => slideDown(run, { before, after }, runs[at + 1]));

  function compareLines(whole: Run, depth: number): void {
    const run = withoutCommonEnds(whole);
    if (run.oldStart === run.oldEnd && run.newStart === run.newEnd) return;
    if (run.oldStart === run.oldEnd || run.newStart === run.newEnd) {
      runs.push(run);
      return;
    }
    const anchors = depth < MAX_DEPTH ? commonUniqueLines(before, after, run) : [];
    if (anchors.length === 0) {
      runs.push(...fewestEdits(before, after, run));
      return;
    }
    let { oldStart, newStart } = run;
    for (const [oldLine, newLine] of [...anchors, [run.oldEnd, run.newEnd] as const]) {
      compareLines({ oldStart, oldEnd: oldLine, newStart, newEnd: newLine }, depth + 1);
      oldStart = oldLine + 1;
      newStart = newLine + 1;
    }
  }

  function withoutCommonEnds({ oldStart, oldEnd, newStart, newEnd }: Run): Run {
    while (oldStart < oldEnd && newStart < newEnd && before[oldStart] === after[newStart]) {
      oldStart++;
      newStart++;
    }
    while (oldStart < oldEnd && newStart < newEnd && before[oldEnd - 1] === after[newEnd - 1]) {
      oldEnd--;
      newEnd--;
    }
    return { oldStart, oldEnd, newStart, newEnd };
  }
}

/**
 * A run of lines that were only added, or only removed, as far down as it can be: if the first of its lines equals
 * the
 * line after it, either may be the new one. A section that was added then begins with its heading.
 */
function slideDown(
  run: Run,
  { before, after }: { readonly before: readonly string[]; readonly after: readonly string[] },
  next: Run | undefined,
): Run {
  const isAdded = run.oldStart === run.oldEnd;
  if (!isAdded && run.newStart !== run.newEnd) return run;
  const [lines, start, end] = isAdded
    ? [after, run.newStart, run.newEnd]
    : [before, run.oldStart, run.oldEnd];
  const limit = (isAdded ? next?.newStart : next?.oldStart) ?? lines.length;
  let by = 0;
  while (end + by < limit && lines[start + by] === lines[end + by]) by++;
  return {
    oldStart: run.oldStart + by,
    oldEnd: run.oldEnd + by,
    newStart: run.newStart + by,
    newEnd: run.newEnd + by,
  };
}

/** The lines that occur once in both parts: the longest list of them that is in order in both. */
function commonUniqueLines(
  before: readonly string[],
  after: readonly string[],
  run: Run,
): readonly (readonly [oldLine: number, newLine: number])[] {
  const inOld = uniqueLines(before, run.oldStart, run.oldEnd);
  const inNew = uniqueLines(after, run.newStart, run.newEnd);
  const pairs: [number, number][] = [];
  for (const [text, oldLine] of inOld) {
    const newLine = inNew.get(text);
    if (newLine !== undefined) pairs.push([oldLine, newLine]);
  }
  return longestIncreasing(pairs);
}

/** The lines that occur once, in their order. */
function uniqueLines(lines: readonly string[], start: number, end: number): Map<string, number> {
  const unique = new Map<string, number>();
  const repeated = new Set<string>();
  for (let line = start; line < end; line++) {
    const text = lines[line] ?? '';
    if (repeated.has(text)) continue;
    if (unique.delete(text)) repeated.add(text);
    else unique.set(text, line);
  }
  return unique;
}

/**
 * The longest subsequence of pairs that is also ordered by the second number. The pairs are ordered by the first one.
 */
function longestIncreasing(pairs: readonly [number, number][]): readonly [number, number][] {
  interface Node {
    readonly pair: [number, number];
    readonly previous: Node | undefined;
  }
  const ends: Node[] = [];
  for (const pair of pairs) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    ends[low] = { pair, previous: ends[low - 1] };
  }
  const longest: [number, number][] = [];
  for (let node = ends.at(-1); node; node = node.previous) longest.push(node.pair);
  return longest.reverse();
}

function fewestEdits(before: readonly string[], after: readonly string[], run: Run): Run[] {
  const inNew = new Set(after.slice(run.newStart, run.newEnd));
  if (!before.slice(run.oldStart, run.oldEnd).some((line) => inNew.has(line))) return [run];
  const edits = diffArrays(before.slice(run.oldStart, run.oldEnd), after.slice(run.newStart, run.newEnd), {
    maxEditLength: MAX_EDITS,
  });
  if (!edits) return [run];
  const runs: Run[] = [];
  let [oldLine, newLine] = [run.oldStart, run.newStart];
  let open: Run | undefined;
  for (const { added, removed, count } of edits) {
    if (!added && !removed) {
      if (open) runs.push({ ...open, oldEnd: oldLine, newEnd: newLine });
      open = undefined;
    } else {
      open ??= { oldStart: oldLine, oldEnd: oldLine, newStart: newLine, newEnd: newLine };
    }
    if (!added) oldLine += count;
    if (!removed) newLine += count;
  }
  if (open) runs.push({ ...open, oldEnd: oldLine, newEnd: newLine });
  return runs;
}
