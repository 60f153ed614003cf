import type { ChalkInstance } from 'chalk';

/**
 * What is coloured, and how. Of the sixteen colours of a terminal, yellow and cyan cannot be read on white, nor
 * blue on black; and no colour says anything that a sign or a word does not say too.
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
