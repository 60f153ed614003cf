/* eslint no-control-regex: off -- these are the characters that are meant */
/**
 * Text from a database, made harmless for a terminal, an annotation or a page: control characters, line breaks
 * and characters that change the direction or hide are shown as `\uXXXX`.
 */
export function harmless(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
