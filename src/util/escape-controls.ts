/* eslint no-control-regex: off, no-misleading-character-class: off -- these characters are meant, one by one */

/**
 * Control characters, line breaks, and characters that hide, reverse or join others: whatever could make a text
 * look like another one, or do something to the terminal or page that shows it. Spaces of all widths are harmless.
 * The list is spelled out, because the classes of `\p{…}` grow with the Unicode version of Node.
 */
const CONTROLS = new RegExp(
  `[${[
    '\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f',
    '\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff\\ud800-\\udfff',
    '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}',
  ].join('')}]`,
  'gu',
);

/**
 * Escapes the control characters of a text as `\uXXXX`, so that it is harmless on a terminal, in an annotation or on a
 * page.
 *
 * @example
 * escapeControls('a\u001b[31m'); // 'a\\u001b[31m'
 */
export function escapeControls(text: string): string {
  // Nearly all texts are plain, and this is much faster.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(CONTROLS, escapeCharacter);
}

/** The same for a text of several lines, whose line breaks stay. */
export function escapeControlsByLine(text: string): string {
  return text.split(/\r?\n/).map(escapeControls).join('\n');
}

/** A character as JSON escapes it: `\uXXXX`, twice for a character beyond 16 bits. */
export const escapeCharacter = (character: string) =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
