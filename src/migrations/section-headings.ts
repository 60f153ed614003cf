/** Comments that begin a section of an SQL file, in the format of a tool that has no layout here. */
import { commentLines, type CommentLine } from '../postgres/sql-statements.js';

/** Words that are written above the SQL that takes a migration back. */
const DOWN = wordsOf(
  'down downs downgrade undo undos rollback rollbacks revert reverts reverse backward backwards',
);
const UP = wordsOf('up ups upgrade do apply forward forwards migrate deploy run');
/** Words that a heading may have besides these. */
const NEUTRAL = wordsOf(
  'migrate migrates migration migrations section script scripts sql part step begin start of the this change changes',
);
/** A longer comment is prose. */
const MOST_WORDS = 4;

interface Heading extends CommentLine {
  readonly words: readonly string[];
}

/**
 * The comment that begins a down section: `-- Down`, `-- !Downs`, `-- +tool down`, `-- [undo]`, or `-- tool down` if
 * there is also a comment `-- tool up`.
 */
export function downHeadings(sql: string): readonly CommentLine[] {
  const headings = [...commentLines(sql)].map((comment): Heading => ({
    ...comment,
    words: wordsIn(comment.text),
  }));
  const isShort = ({ words }: Heading) => words.length > 0 && words.length <= MOST_WORDS;
  const short = headings.filter(isShort);
  const labels = headings.filter(({ text }) => LABEL.test(text));
  const isPair = labels.some(({ words: [first = ''] }) => UP.has(first));
  const labelled = isPair ? labels.filter(({ words: [first = ''] }) => DOWN.has(first)) : [];
  const downs = short.filter(({ words }) => words.some((word) => DOWN.has(word)));
  if (downs.length === 0) return labelled;
  const upShapes = new Set(short.map(({ words }) => shapeOf(words, UP)));
  const marked = downs.filter(
    ({ text, words }) =>
      words.every((word) => DOWN.has(word) || NEUTRAL.has(word)) ||
      isMark(text) ||
      upShapes.has(shapeOf(words, DOWN)),
  );
  return [...marked, ...labelled].sort((a, b) => a.start - b.start);
}

/** `-- UP: create users`, `-- Down (remove users)`: labels if a file has both. */
const LABEL = /^(--|\/\*)\W*\w+\s*[:(]/;

/** Tools write a sign before their marks, which prose does not have: `-- +micrate Down`, `--//@UNDO`. */
const isMark = (text: string): boolean =>
  /^(--+|\/\*)\s*(\/\/\s*)?[+!@#:%]\s*[\w:.-]+(\s+[\w:.-]+)?\W*$/.test(text);

/** The words of a heading without the one that says the direction. */
const shapeOf = (words: readonly string[], direction: ReadonlySet<string>): string | undefined => {
  const shape = words.map((word) => (direction.has(word) ? '*' : word));
  return shape.includes('*') ? shape.join(' ') : undefined;
};

/** `DownMigration` and `roll back` are also words of a heading. */
const wordsIn = (text: string): readonly string[] =>
  text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\broll[ -]back\b/, 'rollback')
    .match(/[\p{L}\d]+/gu) ?? [];

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
