import type { TextDifference } from '../../outcome.js';
import { parseWithLines } from '../../report/formats.js';
import { kindReport } from '../../report/kinds.js';
import { RELATIONS } from '../../schema/definition.js';
import type { Change } from '../../schema/compare.js';
import { ALL_KINDS, type AnyObject, type Kind } from '../../schema/kinds.js';
import { keyOf, objectKey } from '../../schema/model.js';
import { ReportSyntaxError } from '../../report/syntax-error.js';
import { changedLinesOf, hunksOf, oldLineOf, type Hunk } from './hunks.js';

/** A report in which objects can be looked up. */
interface Page {
  /** The line (1-based) of an object, or of a property that has separate lines. */
  readonly lineOf: (kind: Kind, object: AnyObject, fact?: string) => number | undefined;
  /** The line of the relation that contains an object. */
  readonly parentLineOf: (kind: Kind, object: AnyObject) => number | undefined;
}

/**
 * The line (1-based) of each changed object in the committed report. For an added object, the line after which it will be
 * inserted.
 */
export function linesOf(changes: readonly Change[], { before, after }: TextDifference): number[] {
  if (changes.length === 0) return [];
  const hunks = hunksOf(before, after);
  const [changedBefore, changedAfter] = changedLinesOf(hunks);
  const old = pageOf(before, changedBefore);
  const now = pageOf(after, changedAfter);
  return changes.map((change) => lineOf(change, old, now, hunks));
}

function lineOf(change: Change, old: Page, now: Page, hunks: readonly Hunk[]): number {
  const { kind } = change;
  const fact = change.type === 'changed' ? change.fact : undefined;
  const there = 'before' in change ? old.lineOf(kind, change.before, fact) : undefined;
  if (there !== undefined) return there;
  const to = 'after' in change ? now.lineOf(kind, change.after, fact) : undefined;
  if (to !== undefined) return oldLineOf(to, hunks);
  return old.parentLineOf(kind, 'before' in change ? change.before : change.after) ?? 1;
}

function pageOf(text: string, changed: ReadonlySet<number>): Page {
  const { report, lines } = parsed(text);
  const objects = new Map<string, AnyObject>();
  for (const kind of report ? ALL_KINDS : [])
    for (const object of report?.schema.objects[kind] ?? []) objects.set(objectKey(kind, object), object);
  const lineOfKey = (key: string, fact?: string): number | undefined => {
    const object = objects.get(key);
    const found = object && lines ? lines.linesOf(object, fact) : [];
    return found.find((line) => changed.has(line)) ?? found[0];
  };
  return {
    lineOf: (kind, object, fact) => lineOfKey(objectKey(kind, object), fact),
    parentLineOf: (kind, object) => {
      const kindOfReport = kindReport(kind);
      if (!('parent' in kindOfReport)) return undefined;
      const { schema, name } = kindOfReport.parent(object);
      const kinds =
        kindOfReport.layout === 'nested'
          ? [kindOfReport.parentKind]
          : ([...RELATIONS, 'externalTable'] as const);
      return kinds.map((each) => lineOfKey(keyOf([each, schema, name]))).find((line) => line !== undefined);
    },
  };
}

/** The parsed report. Empty if the text is not a report. */
function parsed(text: string): Partial<ReturnType<typeof parseWithLines>> {
  try {
    return parseWithLines(text);
  } catch (error) {
    if (error instanceof ReportSyntaxError) return {};
    throw error;
  }
}
