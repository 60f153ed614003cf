import type { ChalkInstance } from 'chalk';

/**
 * The colours of the output. Yellow and cyan are hard to read on white, and blue is hard to read on black. Colour is never
 * the only sign of a meaning: a symbol or a word has the same meaning. `aside` is only for what a reader can do without,
 * such as a duration: some terminals show it faintly.
 */
export const COLOURS = {
  good: ({ green }: ChalkInstance) => green,
  bad: ({ red }: ChalkInstance) => red,
  added: ({ green }: ChalkInstance) => green,
  removed: ({ red }: ChalkInstance) => red,
  changed: ({ magenta }: ChalkInstance) => magenta,
  warning: ({ magenta }: ChalkInstance) => magenta,
  place: ({ magenta }: ChalkInstance) => magenta,
  strong: ({ bold }: ChalkInstance) => bold,
  aside: ({ dim }: ChalkInstance) => dim,
} as const;
