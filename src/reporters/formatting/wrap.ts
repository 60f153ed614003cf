import { wrapAnsi } from 'fast-wrap-ansi';

/** In narrower lines, most words would be broken. */
const MINIMUM = 20;

/**
 * Wraps text to lines of `columns`. All lines except the first are indented by `hang`. Does not wrap if the width is not
 * known, as in a pipe. Colours continue across line breaks.
 */
export function wrap(text: string, columns: number | undefined, hang = 0): string[] {
  return text.split('\n').flatMap((line, at) => {
    const lead = at === 0 ? '' : ' '.repeat(hang);
    if (columns === undefined) return [lead + line];
    const own = /^ */.exec(line)?.[0] ?? '';
    const room = Math.max(columns - hang - own.length, MINIMUM);
    return wrapAnsi(line.slice(own.length), room, { hard: true })
      .split('\n')
      .map((part, row) => (row === 0 ? lead : ' '.repeat(hang)) + own + part);
  });
}
