import { diffArrays, structuredPatch, type StructuredPatchHunk } from 'diff';

/** From this many edits on, finding the fewest takes longer than anybody waits: it grows with their square. */
const MAX_EDITS = 1_000;

/**
 * The runs of lines in which two reports differ, with lines of context around them. Two that differ in very much are
 * compared section by section.
 */
export function hunksOf(before: string, after: string, context: number): readonly StructuredPatchHunk[] {
  const patch = structuredPatch('', '', before, after, '', '', { context, maxEditLength: MAX_EDITS });
  return patch?.hunks ?? hunksBySection(before, after, context);
}

function hunksBySection(before: string, after: string, context: number): StructuredPatchHunk[] {
  const [old, now] = [sectionsOf(before), sectionsOf(after)];
  const hunks: StructuredPatchHunk[] = [];
  const at = { old: 0, now: 0, oldLine: 0, newLine: 0 };
  const compare = (was: string, is: string): void => {
    if (was !== is) {
      for (const hunk of structuredPatch('', '', was, is, '', '', { context }).hunks) {
        const { oldStart, newStart } = hunk;
        hunks.push({ ...hunk, oldStart: oldStart + at.oldLine, newStart: newStart + at.newLine });
      }
    }
    at.oldLine += lineCount(was);
    at.newLine += lineCount(is);
  };
  for (const { count, added, removed } of diffArrays(old.map(headingOf), now.map(headingOf))) {
    for (let each = 0; each < count; each++)
      compare(added ? '' : (old[at.old++] ?? ''), removed ? '' : (now[at.now++] ?? ''));
  }
  return hunks;
}

const sectionsOf = (text: string) => text.split(/^(?=## )/m);
const headingOf = (section: string) => section.slice(0, section.indexOf('\n'));
const lineCount = (text: string) => text.split('\n').length - 1;
