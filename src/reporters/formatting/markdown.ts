import { fence, fenceOf } from '../../report/markdown/text.js';
import { escapeControls, escapeControlsByLine } from '../../util/escape-controls.js';

/**
 * Text in Markdown that stays what it is: in a code span or a fence nothing is a link, a mention, a tag or emphasis,
 * and
 * nothing ends a code span that has more backticks than any run of them within.
 */
export function code(text: string): string {
  const safe = escapeControls(text);
  if (safe === '') return '';
  const marks = '`'.repeat(fenceOf(safe));
  const space = /^`|`$|^ .* $/.test(safe) ? ' ' : '';
  return `${marks}${space}${safe}${space}${marks}`;
}

/** A fenced block. */
export const fenced = (language: string, text: string): string[] =>
  fence(language, escapeControlsByLine(text));

/**
 * A sentence in which nothing is Markdown, a link or a mention: a word that could be one becomes a code span. Text
 * between backticks also becomes a code span.
 */
export function prose(text: string): string {
  const [first = '', ...others] = escapeControls(text).split(/(`[^`]+`)/);
  return [first, ...others]
    .map((part) =>
      /^`[^`]+`$/.test(part)
        ? part
        : part.replace(/\S+/g, (word) => (PLAIN_WORD.test(word) ? word : code(word))),
    )
    .join('');
}

const PLAIN_WORD = /^(?!www\.|.*:\/\/)[A-Za-z0-9.,;:()'"/?→-]+$/;
