import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../errors.js';

/**
 * Writes a result to the file that the user named, and makes the folder that it is in.
 * @throws {DriftmarkError} `file-failed`.
 */
export async function writeResult(file: string, text: string): Promise<void> {
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  } catch (error) {
    cannotWrite(file)(error);
  }
}

/** Says of a file that it cannot be written, and why. */
export function cannotWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw new DriftmarkError('file-failed', `The result could not be written: ${String(error)}`, {
      place: { file },
      cause: error,
    });
  };
}
