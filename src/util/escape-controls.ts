/* eslint no-control-regex: off, no-misleading-character-class: off -- each of these characters is matched on purpose */

/**
 * Control characters, line breaks, and characters that hide, reverse or join other characters. They can make two strings
 * look equal, or control the terminal or page that shows them. Spaces of all widths are allowed.
 * The ranges are listed, because `\p{…}` depends on the Unicode version of Node.
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
 * Escapes control characters as `\uXXXX`, so that the text is safe on a terminal, in an annotation or on a page.
 *
 * @example
 * escapeControls('a\u001b[31m'); // 'a\\u001b[31m'
 */
export function escapeControls(text: string): string {
  // Most strings are plain ASCII, and the arrow of changes, for which this is much faster.
  if (/^[ -~→]*$/.test(text)) return text;
  return text.replace(CONTROLS, escapeCharacter);
}

/** Escapes the control characters of each line. Line breaks are kept. */
export function escapeControlsByLine(text: string): string {
  return text.split(/\r?\n/).map(escapeControls).join('\n');
}

/** A character as a JSON escape: `\uXXXX`, or two of them for a character above U+FFFF. */
export const escapeCharacter = (character: string) =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
