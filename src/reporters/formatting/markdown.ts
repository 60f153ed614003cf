import { escapeControls, harmlessLines } from '../../util/escape-controls.js';

/**
 * Text in Markdown that stays what it is: in a code span or a fence nothing is a link, a mention, a tag or an
 * emphasis, and nothing gets out of one that is longer than any run of backticks within.
 */
export function code(text: string): string {
  const safe = escapeControls(text);
  if (safe === '') return '';
  const marks = '`'.repeat(longestRun(safe) + 1);
  const space = /^`|`$|^ .* $/.test(safe) ? ' ' : '';
  return `${marks}${space}${safe}${space}${marks}`;
}

/** A fenced block. */
export function fenced(language: string, text: string): string[] {
  const marks = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return [`${marks}${language}`, ...harmlessLines(text).split('\n'), marks];
}

const longestRun = (text: string) => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
