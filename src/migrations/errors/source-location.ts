import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file as the user would type it: relative if it is below the current folder. */
export function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** A position in a file. Both count from 1, the column in characters. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The line and column of the UTF-16 index `index`. */
export function placeAt(text: string, index: number): TextPlace {
  const before = text.slice(0, index);
  const lines = before.split('\n');
  return { line: lines.length, column: Array.from(lines.at(-1) ?? '').length + 1 };
}

/** The UTF-16 index of PostgreSQL's `position`, which counts characters from 1. */
export function indexOfPosition(text: string, position: number): number {
  let index = 0;
  for (let passed = 1; passed < position && index < text.length; passed++) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

export interface Frame extends TextPlace {
  readonly file: string;
}

/** The frames of a stack that name a file, innermost first. */
export function stackFrames(stack: string): Frame[] {
  return stack.split('\n').flatMap((line) => {
    const found = /^\s+at (?:.*\()?((?:file:\/\/|\/|[A-Za-z]:[\\/]).*?):(\d+):(\d+)\)?$/.exec(line);
    if (!found?.[1]) return [];
    return [{ file: filePath(found[1]), line: Number(found[2]), column: Number(found[3]) }];
  });
}

/** Node puts the place of a syntax error above the error message: `/path/file.js:3`. */
export function syntaxErrorLine(stack: string, file: string): number | undefined {
  const found = /^(.+):(\d+)(?::\d+)?$/.exec(stack.split('\n', 1)[0] ?? '');
  return found?.[1] && filePath(found[1]) === file ? Number(found[2]) : undefined;
}

function filePath(text: string): string {
  // A loader may distinguish its versions of a file by a query string.
  return text.startsWith('file:') ? fileURLToPath(text.replace(/\?.*$/, '')) : text;
}
