/* eslint no-misleading-character-class: off -- combining characters are listed separately */
import { escapeCharacter } from '../../util/escape-controls.js';

/**
 * The encoding of names and expressions in a report. Two different values never give the same bytes, and a value cannot
 * break the Markdown around it. docs/report-format.md, "Encoding".
 */

/**
 * Characters that are invisible or change other characters: control and format characters, all spaces except U+0020,
 * private use characters and lone surrogates. The ranges are listed, because `\p{…}` depends on the Unicode version of
 * Node.
 */
const INVISIBLE = new RegExp(
  `[${[
    '\\u0000-\\u001f\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u115f\\u1160\\u1680\\u17b4\\u17b5\\u180b-\\u180f',
    '\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\uffff',
    '\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{10ffff}\\ue000-\\uf8ff\\ud800-\\udfff',
  ].join('')}]`,
  'u',
);
const MUST_BE_ESCAPED = new RegExp(`${INVISIBLE.source}|[\`|]`, 'gu');

/** A line that git writes into a file with a merge conflict. */
export const CONFLICT_MARKER = /^(?:<{7}|>{7}) /m;

export const BARE_IDENTIFIER = /^[a-z_][a-z0-9_$]*$/;

/** JSON without invisible characters, backticks and pipes. */
function json(value: string): string {
  return JSON.stringify(value).replace(MUST_BE_ESCAPED, escapeCharacter);
}

/** A JSON string outside of a code span. Escapes every character that may have a meaning in Markdown. */
export function quoteOutsideCode(value: string): string {
  const escaped = value.replace(
    /[^A-Za-z0-9@/. _-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|-(?=[->])|^ | $| (?= )/gu,
    escapeCharacter,
  );
  return `"${escaped}"`;
}

/** An identifier: verbatim if it needs no quotes in SQL, else as a JSON string. */
export function encodeIdentifier(name: string): string {
  return BARE_IDENTIFIER.test(name) ? name : json(name);
}

/** An expression: verbatim if that is safe, else `json:"…"`. */
export function encodeExpression(text: string): string {
  return isPlain(text) ? text : `json:${json(text)}`;
}

/** The SQL name of a type, collation or similar object. Like an expression, but verbatim also if it begins with `"`. */
export function encodeSqlName(text: string): string {
  return isPlain(text.replace(/^"/, '_')) ? text : `json:${json(text)}`;
}

/**
 * Encodes a value for a cell of a table, where a pipe is written as `\|`. Markdown parsers treat a pipe after another
 * backslash differently, so that a value with `\|` is encoded as JSON.
 */
export function encodeCell(text: string, encode: (text: string) => string): string {
  return text.includes('\\|') ? `json:${json(text)}` : encode(text);
}

/** The inverse of `encodeExpression` and `encodeSqlName`; undefined if the text is not valid. */
export function decodeExpression(text: string): string | undefined {
  return text.startsWith('json:"') ? decodeJson(text.slice('json:'.length)) : text;
}

/** Matches most strings that can be written verbatim. It is faster than the complete check. */
const PLAIN = /^(?!json:")[!#-_a-~](?:[ -_a-~]*[!-_a-~])?$/;

function isPlain(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return (
    text !== '' &&
    !/^[\s`"]|[\s`]$/.test(text) &&
    !text.startsWith('json:"') &&
    !INVISIBLE.test(text) &&
    fenceOf(text) === smallestAbsentRun(text)
  );
}

/** The value of a JSON string; undefined if it is not valid. */
export function decodeJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function backtickRuns(text: string): number[] {
  if (!text.includes('`')) return [];
  return [...text.matchAll(/`+/g)].map(([run]) => run.length);
}

/** The number of backticks around the text: one more than its longest run. */
export function fenceOf(text: string): number {
  let longest = 0;
  for (const length of backtickRuns(text)) longest = Math.max(longest, length);
  return longest + 1;
}

/** The number of backticks that Prettier would use: the smallest number that is not the length of a run. */
function smallestAbsentRun(text: string): number {
  const runs = new Set(backtickRuns(text));
  let count = 1;
  while (runs.has(count)) count++;
  return count;
}

/** Encoded text as a code span. */
export function codeSpan(encoded: string): string {
  if (!encoded.includes('`')) return `\`${encoded}\``;
  const fence = '`'.repeat(fenceOf(encoded));
  return `${fence}${encoded}${fence}`;
}

/**
 * Whether a code block preserves the text: it does not begin or end with whitespace, and does not contain invisible
 * characters (except tabs and line breaks) or conflict markers.
 */
export function isFenceable(body: string): boolean {
  return (
    body !== '' &&
    body.trim() === body &&
    !INVISIBLE.test(body.replace(/[\n\t]/g, ' ')) &&
    !CONFLICT_MARKER.test(body)
  );
}

/** A code block, with more backticks than any run in the body. */
export function fence(language: string, body: string): string[] {
  const marks = '`'.repeat(Math.max(3, fenceOf(body)));
  return [`${marks}${language}`, ...body.split('\n'), marks];
}
