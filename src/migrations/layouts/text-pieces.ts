import type { Edit, SqlQuery } from './layout.js';

/** A part of a file. */
export interface TextPiece {
  readonly text: string;
  /** The UTF-16 index in the file. */
  readonly start: number;
  /** What is sent instead of parts of it, in order. */
  readonly replacements?: readonly Replacement[];
}

/** A placeholder, and its value. */
export interface Replacement {
  /** The UTF-16 index in the piece. */
  readonly index: number;
  readonly length: number;
  readonly value: string;
}

/** Parts of a file as one string that knows where each of its characters comes from. */
export interface JoinedText {
  readonly text: string;
  /** The query that consists of a range of the text, without white space around it; undefined if it is empty. */
  readonly query: (from?: number, to?: number) => SqlQuery | undefined;
}

/** Joins parts of a file, with their replacements. */
export function joined(pieces: readonly TextPiece[]): JoinedText {
  const begin = pieces[0]?.start ?? 0;
  const edits: Edit[] = [];
  let text = '';
  let sourceEnd = begin;
  for (const piece of pieces) {
    if (piece.start > sourceEnd) edits.push({ at: text.length, from: piece.start - sourceEnd, to: 0 });
    let done = 0;
    for (const { index, length, value } of piece.replacements ?? []) {
      text += piece.text.slice(done, index);
      edits.push({ at: text.length, from: length, to: value.length });
      text += value;
      done = index + length;
    }
    text += piece.text.slice(done);
    sourceEnd = piece.start + piece.text.length;
  }
  const query = (from = 0, to = text.length): SqlQuery | undefined => {
    const part = text.slice(from, to);
    const at = from + part.length - part.trimStart().length;
    const trimmed = part.trim();
    if (trimmed === '') return undefined;
    const before = edits.filter((edit) => edit.at < at || (edit.at === at && edit.to === 0));
    const within = edits.filter((edit) => !before.includes(edit) && edit.at < at + trimmed.length);
    return {
      text: trimmed,
      start: begin + at + before.reduce((sum, edit) => sum + edit.from - edit.to, 0),
      ...(within.length > 0 && { edits: within.map((edit) => ({ ...edit, at: edit.at - at })) }),
    };
  };
  return { text, query };
}

/** A line of a section, or a mark around lines that are one statement. */
export type SectionLine = (TextPiece & { readonly type: 'sql' }) | { readonly type: 'begin' | 'end' };

/** The statements of a section. */
export interface SplitSection {
  readonly queries: readonly SqlQuery[];
  /** The UTF-16 index of a last statement without an end. */
  readonly unfinished?: number;
}

/**
 * Splits by the rule of goose and sql-migrate: a statement ends with the line whose last word before a comment ends with a
 * semicolon, except between marks.
 *
 * @param isLeading whether a line is dropped if it comes before a statement
 */
export function splitByLine(
  lines: readonly SectionLine[],
  isLeading: (text: string) => boolean,
): SplitSection {
  const queries: SqlQuery[] = [];
  let pieces: TextPiece[] = [];
  let isMarked = false;
  const push = (): void => {
    queries.push(...[joined(pieces).query()].flatMap((query) => query ?? []));
    pieces = [];
  };
  for (const line of lines) {
    if (line.type !== 'sql') {
      if (line.type === 'end') push();
      isMarked = line.type === 'begin';
    } else if (pieces.length > 0 || !isLeading(line.text)) {
      pieces.push(line);
      if (!isMarked && endsStatement(line.text)) push();
    }
  }
  const open = joined(pieces).query();
  return { queries, ...(open && { unfinished: open.start }) };
}

function endsStatement(line: string): boolean {
  const words = line.split(/\s+/).filter(Boolean);
  const comment = words.findIndex((word) => word.startsWith('--'));
  const last = words[(comment === -1 ? words.length : comment) - 1];
  return last?.endsWith(';') === true;
}
