import { BARE_IDENTIFIER, decodeExpression, decodeJson } from './markdown/text.js';
import { ReportSyntaxError } from './syntax-error.js';

/** A place in a line of a report, moving forward as the line is read. */
export interface Cursor {
  readonly line: number;
  /** True where the text comes next. */
  sees(text: string): boolean;
  /** True, and past the text, where the text comes next. A word must end there too. */
  take(text: string): boolean;
  /** Past the text, or an error. */
  expect(text: string): void;
  /** The encoded text of the code span that comes next, or an error. */
  span(): string;
  /** What matches next (the pattern is anchored here), or undefined. */
  match(pattern: RegExp): string | undefined;
  /** What `read` says; where that is false, back at the place from before it. */
  attempt(read: () => boolean): boolean;
  atEnd(): boolean;
  fail(expected: string): never;
}

/** Begins to read a line. */
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

/** Where a run of exactly these backticks begins, from a place on; -1 if there is none. */
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

/** The same pattern, for a match at a place. There are few patterns, and very many matches. */
function stickyOf({ source }: RegExp): RegExp {
  let sticky = STICKY.get(source);
  if (!sticky) STICKY.set(source, (sticky = new RegExp(source, 'uy')));
  return sticky;
}

/** An identifier, as it is encoded in a code span. */
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

/** An expression, as it is encoded in a code span. */
export function decodeExpressionAt(encoded: string, cursor: Cursor): string {
  return decodeExpression(encoded) ?? cursor.fail('valid JSON after `json:`');
}
