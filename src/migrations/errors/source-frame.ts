import { maskedInPlace, type ErrorDetail } from '../../errors.js';
import { displayWidth } from '../../util/display-width.js';
import type { TextPlace } from './source-location.js';

/** The number of lines that are shown before the line of the error. */
const CONTEXT = 2;
/** A longer line is cut, so that the caret stays visible. */
const MAX_WIDTH = 120;

/**
 * The lines of a source file up to the line of an error, with line numbers, and a caret under the column.
 * @returns undefined if the file does not have that line.
 */
export function sourceFrame(
  source: string,
  { line, column }: Pick<TextPlace, 'line'> & Partial<TextPlace>,
): ErrorDetail | undefined {
  // Before a line is cut: the rest of a password is not recognised as one.
  const lines = maskedInPlace(source).split(/\r?\n/);
  if (line > lines.length) return undefined;
  const first = Math.max(1, line - CONTEXT);
  const digits = String(line).length;
  const before = Array.from(lines[line - 1] ?? '').slice(0, (column ?? 1) - 1);
  // In a long line the caret must stay visible: all lines then start in the middle.
  const start = Math.max(0, before.length - MAX_WIDTH / 2);
  const shown = (text: readonly string[]) => withoutTabs(text.slice(start, start + MAX_WIDTH).join(''));
  const frame = lines
    .slice(first - 1, line)
    .map((text, at) => `${String(first + at).padStart(digits)} | ${shown(Array.from(text))}`.trimEnd());
  const caret = `${' '.repeat(digits)} | ${' '.repeat(displayWidth(shown(before)))}^`;
  return {
    label: 'source',
    text: [...frame, ...(column === undefined ? [] : [caret])].join('\n'),
    isVerbatim: true,
  };
}

const withoutTabs = (text: string) => text.replaceAll('\t', '    ');
