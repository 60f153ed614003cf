import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * The result or the error of a read that does not wait. For a small file, Node needs longer to hand the work to another
 * thread than to do it.
 */
export const promised = <T>(read: () => T): Promise<T> =>
  new Promise((resolve) => {
    resolve(read());
  });

/** Whether there is a file or folder at a path, and this process can see it. */
export const exists = (file: string): Promise<boolean> => promised(() => existsSync(file));

/** The UTF-8 text of a file; undefined if it cannot be read. */
export const readTextIfExists = (file: string): Promise<string | undefined> =>
  promised(() => readFileSync(file, 'utf8')).catch(() => undefined);

/**
 * Creates a folder and its missing parents. Node's `mkdir` with `recursive` does not return on a system that reports
 * both that a folder is missing and that it cannot be created, as Linux does below /proc.
 * @param mode of the new folders. Default: that of the process.
 */
export function ensureFolder(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) ensureFolder(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    // Another process may have created it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
