import type { Edit, SqlQuery } from '../layout.js';

/** A part of a file. */
export interface TextPiece {
  readonly text: string;
  /** The UTF-16 index in the file. */
  readonly start: number;
}

/** Parts of a file, some of them replaced, as one text that knows where each of its characters comes from. */
export interface JoinedText {
  readonly text: string;
  /** The query that consists of a range of the text, without white space around it; undefined if it is empty. */
  readonly query: (from: number, to: number) => SqlQuery | undefined;
}

/**
 * Joins parts of a file.
 *
 * @param valueOf the value of a parameter; undefined if `${name}` stays as it is
 */
export function joined(
  pieces: readonly TextPiece[],
  valueOf: (name: string) => string | undefined,
): JoinedText {
  const [first] = pieces;
  const edits: Edit[] = [];
  let text = '';
  let sourceEnd = first?.start ?? 0;
  for (const piece of pieces) {
    if (piece.start > sourceEnd) edits.push({ at: text.length, from: piece.start - sourceEnd, to: 0 });
    let done = 0;
    for (const { 0: parameter, 1: name = '', index } of piece.text.matchAll(/\$\{([^{}]+)\}/g)) {
      const value = valueOf(name);
      if (value === undefined) continue;
      text += piece.text.slice(done, index);
      edits.push({ at: text.length, from: parameter.length, to: value.length });
      text += value;
      done = index + parameter.length;
    }
    text += piece.text.slice(done);
    sourceEnd = piece.start + piece.text.length;
  }
  const query = (from: number, to: number): SqlQuery | undefined => {
    const part = text.slice(from, to);
    const at = from + part.length - part.trimStart().length;
    const trimmed = part.trim();
    if (trimmed === '') return undefined;
    const before = edits.filter((edit) => edit.at < at || (edit.at === at && edit.to === 0));
    const within = edits.filter((edit) => !before.includes(edit) && edit.at < at + trimmed.length);
    return {
      text: trimmed,
      start: (first?.start ?? 0) + at + before.reduce((sum, edit) => sum + edit.from - edit.to, 0),
      ...(within.length > 0 && { edits: within.map((edit) => ({ ...edit, at: edit.at - at })) }),
    };
  };
  return { text, query };
}
