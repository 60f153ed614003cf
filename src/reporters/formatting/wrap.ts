import { wrapAnsi } from 'fast-wrap-ansi';

/** Narrower than this, words would be cut to pieces. */
const MINIMUM = 20;

/**
 * A text as lines that fit into `columns` when all but the first are indented by `hang`; untouched where no width
 * is known, as in a pipe. Colours go on across the breaks.
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
