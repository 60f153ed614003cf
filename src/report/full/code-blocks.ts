import type { AnyObject } from '../../schema/kinds.js';
import { fieldsOf } from '../../schema/model.js';
import { expression } from '../grammar.js';
import type { FencedBody } from '../kind-report.js';
import { fence, isFenceable } from '../markdown/text.js';

/** Prettier takes the blanks from the ends of lines, even in code, unless it is told not to. */
const ENDS_BLANK = /[ \t]$/m;
export const PRETTIER_IGNORE = 'prettier-ignore';
const IGNORE = `<!-- ${PRETTIER_IGNORE} -->`;

/** The text of an object as a fenced block, or as an item where a block could not keep it as it is. */
export function renderBody(
  bodies: readonly FencedBody<AnyObject>[],
  object: AnyObject,
): { fence: string[]; item: string[] } {
  for (const { field, label, marks = '' } of bodies) {
    const text = fieldsOf(object)[field];
    if (typeof text !== 'string') continue;
    const marked = marks + text + marks;
    return isFenceable(marked)
      ? { fence: [...(ENDS_BLANK.test(marked) ? [IGNORE] : []), ...fence('sql', marked)], item: [] }
      : { fence: [], item: [`${label} ${expression.print(text, { home: '' })}`] };
  }
  return { fence: [], item: [] };
}

/** The fact that a fenced block holds, and its value. */
export function parseBody(
  bodies: readonly FencedBody<AnyObject>[],
  text: string,
): { readonly field: string; readonly text: string } {
  const body = bodies.find(({ marks = '' }) => text.startsWith(marks));
  const { field = '', marks = '' } = body ?? {};
  return { field, text: text.slice(marks.length, text.length - marks.length) };
}
