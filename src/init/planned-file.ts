import path from 'node:path';
import { readTextIfExists } from '../util/fs.js';

/** A file that `init` would write. */
export interface PlannedFile {
  /** Absolute path. */
  readonly file: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** What is in it now; undefined where there is no such file. */
  readonly before?: string;
  readonly text: string;
}

/** A file that is planned to hold a text, in place of what it may hold now. */
export function plannedFile(file: string, purpose: string, text: string, before?: string): PlannedFile {
  return { file, purpose, text, ...(before !== undefined && { before }) };
}

/** The text of a file; undefined where there is none. */
export const readText = (dir: string, ...names: readonly string[]): Promise<string | undefined> =>
  readTextIfExists(path.join(dir, ...names));

/** A text with lines put at its end. */
export function appendLines(text: string, lines: string): string {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${separator}${lines}`;
}
