import { encodeIdentifier, encodeSqlName } from '../markdown/text.js';

/**
 * Names and types in Mermaid's grammar (`erDiagram`, as of Mermaid 11.6). Mermaid draws each name as it is in the report.
 * Two different names never look the same, and a name cannot change the diagram.
 */

/**
 * Characters with a meaning in Mermaid's preprocessor, lexer, entities (`#34;`) or Markdown: all ASCII characters except
 * letters, digits, and the characters that may join two of them.
 */
const SPECIAL = new RegExp(
  [
    '(?!_|\\.|-|, |(?<=,) )[\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]',
    '(?<![A-Za-z0-9]_*)_|_(?!_*[A-Za-z0-9])',
    '(?<!\\w)[.-]|[.-](?!\\w)|(?<=www)\\.',
  ].join('|'),
  'giu',
);

/** A string in quotation marks. */
export function quoted(text: string): string {
  // Mermaid's preprocessor replaces the beginning of an entity by these characters.
  const unlikeEntities = text.replaceAll('ﬂ°', 'ﬂ\\u00b0');
  return `"${unlikeEntities.replace(SPECIAL, (character) => `#${character.codePointAt(0) ?? 0};`)}"`;
}

/** Words that Mermaid would parse as the keys of an attribute (`PK`), or would print in italics (`_word_`). */
const SPECIAL_WORD = /^[pfu]k(?!\w)|^_.*_$|^_$/i;

/** A word that Mermaid accepts, as similar as possible to a name or type. */
function wordOf(encoded: string, foreign: RegExp): string {
  const word = encoded.replace(foreign, '_').replace(/^_+|_+$/g, '');
  return /^[0-9[()\]-]|^$/.test(word) || SPECIAL_WORD.test(word) ? `_${word}` : word;
}

/** A word for a column, and the name of the column as a note if the word differs from it. */
export function columnWord(name: string): { readonly word: string; readonly note?: string } {
  if (/^[A-Za-z_]\w*$/.test(name) && !SPECIAL_WORD.test(name)) return { word: name };
  const encoded = encodeIdentifier(name);
  const word = wordOf(encoded, /[^\w\u00c0-\uffff]+/gu);
  return word === name ? { word } : { word, note: encoded };
}

/** The long SQL names of common types, and the short names that PostgreSQL also accepts. */
const SHORT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(timestamp|time)(\(\d\))? with time zone/, '$1tz$2'],
  [/^(timestamp|time)(\(\d\))? without time zone/, '$1$2'],
  [/^character varying/, 'varchar'],
  [/^character(?=[[(]|$)/, 'char'],
  [/^bit varying/, 'varbit'],
];

/** Mermaid does not allow commas and full stops in a word. `numeric(10,2)` gets characters that look the same. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { ',': '\u201a', '.': '\u2024', ' ': '_' };

/** A word for a type, and the type as a note if the word differs from it. */
export function typeWord(type: string): { readonly word: string; readonly note?: string } {
  const short = SHORT_TYPES.reduce((text, [long, replacement]) => text.replace(long, replacement), type);
  if (/^[A-Za-z_][\w()[\]., -]*$/.test(short) && !SPECIAL_WORD.test(short))
    return { word: short.replace(/[., ]/g, (character) => LOOK_ALIKES[character] ?? '_') };
  const encoded = encodeSqlName(short);
  const word = wordOf(encoded, /[^\w()[\]\u00c0-\uffff]+/gu);
  return word === short ? { word } : { word, note: encoded };
}
