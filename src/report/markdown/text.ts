/* eslint no-misleading-character-class: off -- the characters that combine are meant one by one */
import { escapeCharacter } from '../../util/escape-controls.js';

/**
 * How names and expressions stand in a report: no two different values give the same bytes, and nothing in
 * them can break the Markdown around them. docs/report-format.md, "Encoding".
 */

/**
 * Characters that do not show, or that change how others show: control and format characters, spaces but the
 * ordinary one, private use, lone surrogates. The list is spelled out, because that of `\p{…}` grows with Node's Unicode version.
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

/** A line that git writes where a merge needs a hand. */
export const CONFLICT_MARKER = /^(?:<{7}|>{7}) /m;

export const BARE_IDENTIFIER = /^[a-z_][a-z0-9_$]*$/;

/** JSON whose every character shows, and that holds no backtick and no pipe. */
function json(value: string): string {
  return JSON.stringify(value).replace(MUST_BE_ESCAPED, escapeCharacter);
}

/** A JSON string for use outside of a code span: every character that Markdown could take for its own is escaped. */
export function quoteOutsideCode(value: string): string {
  const escaped = value.replace(
    /[^A-Za-z0-9@/. _-]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|-(?=[->])|^ | $| (?= )/gu,
    escapeCharacter,
  );
  return `"${escaped}"`;
}

/** An identifier: bare where it is an ordinary one, else JSON-quoted. */
export function encodeIdentifier(name: string): string {
  return BARE_IDENTIFIER.test(name) ? name : json(name);
}

/** An expression: verbatim where that is safe, else `json:"…"`. */
export function encodeExpression(text: string): string {
  return isPlain(text) ? text : `json:${json(text)}`;
}

/** SQL's own name of a type, collation or the like: as an expression, but verbatim also where it begins with a quote. */
export function encodeSqlName(text: string): string {
  return isPlain(text.replace(/^"/, '_')) ? text : `json:${json(text)}`;
}

/**
 * As `encode` has it, for a table's cell. There a pipe is written `\|`, and readers of Markdown do not agree on what
 * a pipe with another backslash before it is.
 */
export function encodeCell(text: string, encode: (text: string) => string): string {
  return text.includes('\\|') ? `json:${json(text)}` : encode(text);
}

/** The opposite of `encodeExpression` and `encodeSqlName`; undefined where the text cannot come from them. */
export function decodeExpression(text: string): string | undefined {
  return text.startsWith('json:"') ? decodeJson(text.slice('json:'.length)) : text;
}

/** Text that is plain at first sight, as nearly all is. */
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

/** A JSON string literal's value; undefined where it is none. */
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

/** How many backticks enclose the text: one more than its longest run. */
export function fenceOf(text: string): number {
  return Math.max(0, ...backtickRuns(text)) + 1;
}

/** How many backticks Prettier encloses it with: the smallest number that no run has. */
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
 * A body for a fenced block: safe where it neither begins nor ends blank, holds nothing invisible but tabs and line
 * breaks, and no line that a merge could have left.
 */
export function isFenceable(body: string): boolean {
  return (
    body !== '' &&
    body.trim() === body &&
    !INVISIBLE.test(body.replace(/[\n\t]/g, ' ')) &&
    !CONFLICT_MARKER.test(body)
  );
}

/** A fenced block, with more backticks than any run of them in the body. */
export function fence(language: string, body: string): string[] {
  const marks = '`'.repeat(Math.max(3, fenceOf(body)));
  return [`${marks}${language}`, ...body.split('\n'), marks];
}
