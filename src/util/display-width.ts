import emojiRegex from 'emoji-regex';
import { eastAsianWidth } from 'get-east-asian-width';

/**
 * The number of columns that text takes in a monospaced font, as Prettier counts them when it pads a Markdown
 * table: wide East Asian characters and emoji are two, combining marks none.
 */
export function displayWidth(text: string): number {
  // Most strings are plain ASCII, and the arrow of changes.
  if (/^[\x20-\x7e→]*$/.test(text)) return text.length;
  let width = 0;
  const rest = text.replace(emojiRegex(), (emoji) => {
    width += isTextByDefault(emoji) ? 1 : 2;
    return '';
  });
  for (const character of rest) {
    if (/[\p{Cc}\p{Mn}\p{Me}]/u.test(character)) continue;
    width += eastAsianWidth(character.codePointAt(0) ?? 0);
  }
  return width;
}

const isTextByDefault = (emoji: string) =>
  [...emoji].length === 1 && !/^\p{Emoji_Presentation}$/u.test(emoji);

/** The width of the widest text. */
export const widestOf = (texts: Iterable<string>): number => {
  let widest = 0;
  for (const text of texts) widest = Math.max(widest, displayWidth(text));
  return widest;
};

/** The text, or as much of its beginning as fits into a width, with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let beginning = '';
  let used = 1;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += displayWidth(segment);
    if (used > width) break;
    beginning += segment;
  }
  return `${beginning}…`;
}
