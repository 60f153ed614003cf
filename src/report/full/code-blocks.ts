import type { AnyObject } from '../../schema/kinds.js';
import { fieldsOf } from '../../schema/model.js';
import { expression } from '../grammar.js';
import type { FencedBody } from '../kind-report.js';
import { fence, isFenceable } from '../markdown/text.js';

/** Prettier removes trailing spaces, even in code blocks, unless a comment before the block forbids it. */
const TRAILING_SPACE = /[ \t]$/m;
export const PRETTIER_IGNORE = 'prettier-ignore';
const IGNORE = `<!-- ${PRETTIER_IGNORE} -->`;

/** The body of an object as a code block, or as a list item if a code block would not preserve it. */
export function renderBody(
  bodies: readonly FencedBody<AnyObject>[],
  object: AnyObject,
): { fence: string[]; item: string[] } {
  for (const { field, label, marks = '' } of bodies) {
    const text = fieldsOf(object)[field];
    if (typeof text !== 'string') continue;
    const marked = marks + text + marks;
    return isFenceable(marked)
      ? { fence: [...(TRAILING_SPACE.test(marked) ? [IGNORE] : []), ...fence('sql', marked)], item: [] }
      : { fence: [], item: [`${label} ${expression.print(text, { home: '' })}`] };
  }
  return { fence: [], item: [] };
}

/** The property that a code block contains, and its value. */
export function parseBody(
  bodies: readonly FencedBody<AnyObject>[],
  text: string,
): { readonly field: string; readonly text: string } {
  const body = bodies.find(({ marks = '' }) => text.startsWith(marks));
  const { field = '', marks = '' } = body ?? {};
  return { field, text: text.slice(marks.length, text.length - marks.length) };
}
