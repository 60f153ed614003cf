import path from 'node:path';
import { readTextIfExists } from '../util/fs.js';

/** A file that `init` offers to write. */
export interface PlannedFile {
  /** Absolute path. */
  readonly file: string;
  /** What the file is for, in a few words. */
  readonly purpose: string;
  /** The current content; undefined if the file does not exist. */
  readonly before?: string;
  readonly text: string;
}

/** A file with new content. */
export function plannedFile(file: string, purpose: string, text: string, before?: string): PlannedFile {
  return { file, purpose, text, ...(before !== undefined && { before }) };
}

/** The content of a file; undefined if it cannot be read. */
export const readText = (dir: string, ...names: readonly string[]): Promise<string | undefined> =>
  readTextIfExists(path.join(dir, ...names));

/** Appends lines to a text file. */
export function appendLines(text: string, lines: string): string {
  const separator = text === '' || text.endsWith('\n') ? '' : '\n';
  return `${text}${separator}${lines}`;
}
