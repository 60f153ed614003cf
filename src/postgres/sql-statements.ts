/** A statement of an SQL file. */
export interface SqlStatement {
  readonly text: string;
  /** The UTF-16 index at which it begins in the file. */
  readonly start: number;
}

/** Tokens that can contain a semicolon, or that decide whether a semicolon ends a statement. PostgreSQL manual, 4.1. */
const TOKENS = new RegExp(
  [
    /--[^\n]*/, // comment
    /\/\*/, // comment, which can be nested: see endOfComment()
    /[eE]'/, // string with backslashes: only its beginning, see endOfEscapeString()
    // A doubled quote ends one string and begins the next. An alternative for it would need memory for each character.
    /'[^']*'?/,
    /"[^"]*"?/,
    /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/, // dollar quote: only the opening tag
    /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/, // word
    /[();\\]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** A part of a script for psql: a statement or a psql command. */
export type ScriptPart = ScriptStatement | ScriptCommand;

export interface ScriptStatement extends SqlStatement {
  readonly type: 'statement';
  /** The lines after `COPY … FROM STDIN;`, without the line `\.` that ends them. */
  readonly copyData?: string;
}

export interface ScriptCommand {
  readonly type: 'command';
  /** Without the backslash: `include_relative`. */
  readonly name: string;
  /** The rest of the line, unless another command begins in it. */
  readonly argument: string;
  /** The UTF-16 index at which it begins in the file. */
  readonly start: number;
}

/**
 * Splits SQL into statements, as psql does. A semicolon in a string, quoted name, comment, parentheses or the body of an
 * SQL function does not end a statement. Statements that contain only comments are skipped.
 * @throws {MetaCommand} if the SQL contains a psql command.
 */
export function splitStatements(sql: string): readonly SqlStatement[] {
  return split(sql, false).map((part) => {
    if (part.type === 'command') throw new MetaCommand(part.start, `\\${part.name}`);
    return { text: part.text, start: part.start };
  });
}

/**
 * Splits a script for psql into statements and the commands between them.
 * @throws {MetaCommand} if a command is part of a statement, such as `\gset`.
 */
export const splitScript = (sql: string): readonly ScriptPart[] => split(sql, true);

function split(sql: string, isScript: boolean): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  let start = 0;
  let parentheses = 0;
  let words: string[] = [];
  let blocks = 0;
  let hasContent = false;
  const scanner = new RegExp(TOKENS);
  const continueAt = (at: number): void => {
    [start, parentheses, words, blocks, hasContent] = [at, 0, [], 0, false];
    scanner.lastIndex = at;
  };
  const end = (at: number): void => {
    const statement = trimmed(sql, start, at);
    const hasData = isScript && words[0] === 'copy' && /\bfrom\s+stdin\b/i.test(statement.text);
    const data = hasData ? copyDataAfter(sql, at) : undefined;
    if (hasContent) parts.push({ type: 'statement', ...statement, ...(data && { copyData: data.text }) });
    continueAt(data?.end ?? at + 1);
  };
  for (let match = scanner.exec(sql); match; match = scanner.exec(sql)) {
    const [token] = match;
    if (token.startsWith('--')) continue;
    if (token === '/*') {
      scanner.lastIndex = endOfComment(sql, scanner.lastIndex);
    } else if (ESCAPE_STRING.test(token)) {
      scanner.lastIndex = endOfEscapeString(sql, scanner.lastIndex);
      hasContent = true;
    } else if (token.startsWith('$')) {
      const close = sql.indexOf(token, scanner.lastIndex);
      scanner.lastIndex = close === -1 ? sql.length : close + token.length;
      hasContent = true;
    } else if (token === '\\') {
      if (hasContent && !isScript) continue;
      const command = commandAt(sql, match.index);
      if (hasContent) throw new MetaCommand(match.index, `\\${command.name}`);
      const { end: next, ...part } = command;
      // Two backslashes only separate.
      if (command.name !== '\\') parts.push(part);
      continueAt(next);
    } else if (token === ';') {
      if (parentheses === 0 && blocks === 0) end(match.index);
    } else {
      hasContent = true;
      if (token === '(') parentheses++;
      else if (token === ')') parentheses = Math.max(0, parentheses - 1);
      else if (/^\w/.test(token)) {
        const word = token.toLowerCase();
        if (words.length < 4) words.push(word);
        if (isRoutine(words)) blocks = Math.max(0, blocks + blockChange(word, blocks));
      }
    }
  }
  end(sql.length);
  return parts;
}

/** Commands whose argument is the rest of the line. */
const WHOLE_LINE = new Set([
  '!',
  'copy',
  'o',
  'out',
  'w',
  'write',
  'g',
  'gx',
  'h',
  'help',
  'ef',
  'ev',
  'sf',
  'sv',
]);
/** What an argument consists of: a quoted part, or a character that neither ends the command nor begins the next. */
const ARGUMENT = /(?:'(?:[^'\\\n]|\\.|'')*'|"[^"\n]*"|`[^`\n]*`|[^\\\n])*/y;

/** A command ends with its line, or where the next one begins. Two backslashes also end it. */
function commandAt(sql: string, start: number): ScriptCommand & { readonly end: number } {
  const line = lineEnd(sql, start);
  const [, name = ''] = /^\\(\\|[^\s\\]*)/.exec(sql.slice(start, line)) ?? [];
  const from = start + 1 + name.length;
  ARGUMENT.lastIndex = from;
  const end =
    name === '\\' ? from : WHOLE_LINE.has(name) ? line : from + (ARGUMENT.exec(sql)?.[0].length ?? 0);
  return { type: 'command', name, argument: sql.slice(from, end).trim(), start, end };
}

/** The data after a COPY statement, and where the script continues. */
function copyDataAfter(sql: string, semicolon: number): { readonly text: string; readonly end: number } {
  const from = Math.min(sql.length, lineEnd(sql, semicolon) + 1);
  const mark = /^\\\.\r?$/gm;
  mark.lastIndex = from;
  const last = mark.exec(sql);
  return last
    ? { text: sql.slice(from, last.index), end: mark.lastIndex }
    : { text: sql.slice(from), end: sql.length };
}

/** The index of the line break, or the length of the text in its last line. */
function lineEnd(sql: string, at: number): number {
  const newline = sql.indexOf('\n', at);
  return newline === -1 ? sql.length : newline;
}

/** The text from its first word on: a statement begins with the comments before it. */
export const withoutLeadingComments = (sql: string): string =>
  sql.replace(/^(\s+|--[^\n]*(\n|$)|\/\*[^]*?\*\/)+/, '');

/** A comment that is the first thing in its line. */
export interface CommentLine {
  /** From `--` to the end of the line, or from `/*` to `*\/` if that is the same line. */
  readonly text: string;
  /** 1-based. */
  readonly line: number;
  /** The UTF-16 index at which it begins. */
  readonly start: number;
}

/**
 * The comments of one line that have only white space before them. Those in strings, function bodies and other comments
 * are skipped.
 */
export function* commentLines(sql: string): Generator<CommentLine> {
  const scanner = new RegExp(TOKENS);
  let [line, counted] = [1, 0];
  for (let match = scanner.exec(sql); match; match = scanner.exec(sql)) {
    const [token] = match;
    let text: string | undefined;
    if (token === '/*') {
      scanner.lastIndex = endOfComment(sql, scanner.lastIndex);
      text = sql.slice(match.index, scanner.lastIndex);
    } else if (ESCAPE_STRING.test(token)) {
      scanner.lastIndex = endOfEscapeString(sql, scanner.lastIndex);
    } else if (token.startsWith('$')) {
      const close = sql.indexOf(token, scanner.lastIndex);
      scanner.lastIndex = close === -1 ? sql.length : close + token.length;
    } else if (token.startsWith('--')) {
      text = token.replace(/\r$/, '');
    }
    if (text === undefined || text.includes('\n') || !isFirstInLine(sql, match.index)) continue;
    for (
      let at = sql.indexOf('\n', counted);
      at !== -1 && at < match.index;
      at = sql.indexOf('\n', counted)
    ) {
      line++;
      counted = at + 1;
    }
    yield { text, line, start: match.index };
  }
}

function isFirstInLine(sql: string, index: number): boolean {
  let at = index;
  while (at > 0 && (sql[at - 1] === ' ' || sql[at - 1] === '\t')) at--;
  return at === 0 || sql[at - 1] === '\n';
}

/** The error for a psql command, such as `\i`, in SQL. */
export class MetaCommand extends Error {
  /** The UTF-16 index of the command. */
  readonly index: number;
  /** With the backslash: `\gset`. */
  readonly command: string;

  constructor(index: number, command: string) {
    super(`${command} is a psql command, which only psql can run`);
    this.index = index;
    this.command = command;
  }
}

/** `BEGIN ATOMIC` and `CASE` open a block in a routine's body, `END` closes one. */
function blockChange(word: string, depth: number): number {
  if (word === 'begin' || (word === 'case' && depth > 0)) return 1;
  return word === 'end' && depth > 0 ? -1 : 0;
}

const isRoutine = (words: readonly string[]) =>
  /^create (or replace )?(function|procedure)\b/.test(words.join(' '));

const ESCAPE_STRING = /^[eE]'$/;

function endOfEscapeString(sql: string, from: number): number {
  const marks = /''|\\[^]|'/g;
  marks.lastIndex = from;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) if (mark[0] === "'") return marks.lastIndex;
  return sql.length;
}

function endOfComment(sql: string, from: number): number {
  const marks = /\/\*|\*\//g;
  marks.lastIndex = from;
  let depth = 1;
  for (let mark = marks.exec(sql); mark; mark = marks.exec(sql)) {
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  return sql.length;
}

/** The statement between two indexes, without the whitespace around it. */
function trimmed(sql: string, from: number, to: number): SqlStatement {
  const text = sql.slice(from, to);
  const start = from + (text.length - text.trimStart().length);
  return { text: text.trim(), start };
}
