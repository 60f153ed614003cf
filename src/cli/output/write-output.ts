import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../../errors.js';
import { ensureFolder } from '../../util/fs.js';

/**
 * Writes a result to a file, and makes its folder where there is none.
 * @throws {DriftmarkError} `file-failed`
 */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await ensureFolder(path.dirname(file));
    await writeFile(file, text);
  } catch (error) {
    cannotWrite(file)(error);
  }
}

export function cannotWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw new DriftmarkError('file-failed', `The result could not be written: ${String(error)}`, {
      place: { file },
      remedy: 'Name a file that can be written, with --output-file or in the setting `reporters`.',
      cause: error,
    });
  };
}
