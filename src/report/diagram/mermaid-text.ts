import { encodeIdentifier, encodeSqlName } from '../markdown/text.js';

/**
 * Names and types in Mermaid's grammar (`erDiagram`, as of Mermaid 11.6). What it draws is the name as the report has it:
 * two different names never look the same, and none of them can be taken for a part of the diagram.
 */

/**
 * What has a meaning to Mermaid's preprocessor, its lexer, its entities (`#34;`) or its Markdown: everything of ASCII but
 * letters and digits, and what joins two of them.
 */
const SPECIAL = new RegExp(
  [
    '(?!_|\\.|-|, |(?<=,) )[\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]',
    '(?<![A-Za-z0-9]_*)_|_(?!_*[A-Za-z0-9])',
    '(?<!\\w)[.-]|[.-](?!\\w)|(?<=www)\\.',
  ].join('|'),
  'giu',
);

/** A text between quotation marks. */
export function quoted(text: string): string {
  // What entities begin with once Mermaid has read them.
  const unlikeEntities = text.replaceAll('ﬂ°', 'ﬂ\\u00b0');
  return `"${unlikeEntities.replace(SPECIAL, (character) => `#${character.codePointAt(0) ?? 0};`)}"`;
}

/** What begins with one of these announces an attribute's keys; what stands between underscores is emphasized. */
const NO_WORD = /^[pfu]k(?!\w)|^_.*_$|^_$/i;

/** What Mermaid takes for a word: as much as possible of a text that may be none, without anything that hides. */
function wordOf(encoded: string, foreign: RegExp): string {
  const word = encoded.replace(foreign, '_').replace(/^_+|_+$/g, '');
  return /^[0-9[()\]-]|^$/.test(word) || NO_WORD.test(word) ? `_${word}` : word;
}

/** A word for a column, and the column's name where the word is not quite it. */
export function columnWord(name: string): { readonly word: string; readonly note?: string } {
  if (/^[A-Za-z_]\w*$/.test(name) && !NO_WORD.test(name)) return { word: name };
  const encoded = encodeIdentifier(name);
  const word = wordOf(encoded, /[^\w\u00c0-\uffff]+/gu);
  return word === name ? { word } : { word, note: encoded };
}

/** The long names that SQL has for common types, and PostgreSQL's own short ones. */
const SHORT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(timestamp|time)(\(\d\))? with time zone/, '$1tz$2'],
  [/^(timestamp|time)(\(\d\))? without time zone/, '$1$2'],
  [/^character varying/, 'varchar'],
  [/^character(?=[[(]|$)/, 'char'],
  [/^bit varying/, 'varbit'],
];

/** Mermaid's words hold no commas and no full stops: `numeric(10,2)` has characters that look like them. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { ',': '\u201a', '.': '\u2024', ' ': '_' };

/** A word for a type, and the type where the word does not say it. */
export function typeWord(type: string): { readonly word: string; readonly note?: string } {
  const short = SHORT_TYPES.reduce((text, [long, replacement]) => text.replace(long, replacement), type);
  if (/^[A-Za-z_][\w()[\]., -]*$/.test(short) && !NO_WORD.test(short))
    return { word: short.replace(/[., ]/g, (character) => LOOK_ALIKES[character] ?? '_') };
  const encoded = encodeSqlName(short);
  const word = wordOf(encoded, /[^\w()[\]\u00c0-\uffff]+/gu);
  return word === short ? { word } : { word, note: encoded };
}
