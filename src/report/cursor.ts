import { BARE_IDENTIFIER, decodeExpression, decodeJson } from './markdown/text.js';
import { ReportSyntaxError } from './syntax-error.js';

/** A position in a line of a report. It moves forward as the line is parsed. */
export interface Cursor {
  readonly line: number;
  /** Whether the text is next. */
  sees(text: string): boolean;
  /** Skips the text if it is next. If the text ends with a word, the word must also end there. Returns false if not. */
  take(text: string): boolean;
  /** Skips the text. Fails if it is not next. */
  expect(text: string): void;
  /** Skips a code span and returns its encoded content. Fails if a code span is not next. */
  span(): string;
  /** Skips a match of the pattern at this position and returns it; undefined if the pattern does not match. */
  match(pattern: RegExp): string | undefined;
  /** Calls `read` and returns its result. If the result is false, the position does not change. */
  attempt(read: () => boolean): boolean;
  atEnd(): boolean;
  fail(expected: string): never;
}

/** A cursor at the beginning of a line. */
export function cursorOver(text: string, line: number): Cursor {
  let at = 0;
  const fail = (expected: string): never => {
    const found =
      at < text.length ? `found ${JSON.stringify(text.slice(at, at + 40))}` : 'found the end of the line';
    throw new ReportSyntaxError(line, `expected ${expected}, ${found}`);
  };
  const match = (pattern: RegExp): string | undefined => {
    const sticky = stickyOf(pattern);
    sticky.lastIndex = at;
    const [found] = sticky.exec(text) ?? [];
    at += found?.length ?? 0;
    return found;
  };
  const take = (wanted: string): boolean => {
    if (!text.startsWith(wanted, at)) return false;
    const end = at + wanted.length;
    const wordGoesOn = /\w$/.test(wanted) && /^\w/.test(text.slice(end, end + 1));
    if (wordGoesOn) return false;
    at = end;
    return true;
  };
  return {
    line,
    sees: (wanted) => text.startsWith(wanted, at),
    take,
    match,
    fail,
    attempt: (read) => {
      const before = at;
      const found = read();
      if (!found) at = before;
      return found;
    },
    atEnd: () => at === text.length,
    expect: (wanted) => {
      if (!take(wanted)) fail(JSON.stringify(wanted));
    },
    span: () => {
      const marks = match(/`+/) ?? fail('a code span');
      const end = endOfSpan(text, at, marks);
      if (end === -1) return fail(`the end of the code span (${marks})`);
      const inner = text.slice(at, end);
      at = end + marks.length;
      return inner;
    },
  };
}

/** The index at which a run of exactly these backticks begins, or -1. */
function endOfSpan(text: string, from: number, marks: string): number {
  for (let at = text.indexOf(marks, from); at !== -1;) {
    let end = at;
    while (text[end] === '`') end++;
    if (end - at === marks.length) return at;
    at = text.indexOf(marks, end);
  }
  return -1;
}

const STICKY = new Map<string, RegExp>();

/** The sticky version of a pattern, from a cache: a report has few patterns, and very many matches. */
function stickyOf({ source }: RegExp): RegExp {
  let sticky = STICKY.get(source);
  if (!sticky) STICKY.set(source, (sticky = new RegExp(source, 'uy')));
  return sticky;
}

/** The identifiers of a qualified name, from the content of a code span. */
export function decodeIdentifiers(encoded: string, cursor: Cursor): string[] {
  if (BARE_IDENTIFIER.test(encoded)) return [encoded];
  const names: string[] = [];
  let rest = encoded;
  while (rest !== '' || names.length === 0) {
    const [part] = /^(?:[a-z_][a-z0-9_$]*|"(?:[^"\\]|\\.)*")(?=\.|$)/u.exec(rest) ?? [];
    const name = part?.startsWith('"') ? decodeJson(part) : part;
    if (part === undefined || name === undefined)
      return cursor.fail(`a name instead of ${JSON.stringify(encoded)}`);
    names.push(name);
    rest = rest.slice(part.length);
    if (rest === '.') return cursor.fail(`a name after ${JSON.stringify(encoded)}`);
    rest = rest.replace(/^\./, '');
  }
  return names;
}

/** An expression, from the content of a code span. */
export function decodeExpressionAt(encoded: string, cursor: Cursor): string {
  return decodeExpression(encoded) ?? cursor.fail('valid JSON after `json:`');
}
