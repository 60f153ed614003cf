import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../../errors.js';
import { ensureFolder } from '../../util/fs.js';
import { reasonOf } from '../../util/system-error.js';

/**
 * Writes a result to a file. Creates the folder of the file if it does not exist.
 * @throws {DriftmarkError} `file-failed`
 */
export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    ensureFolder(path.dirname(file));
    await writeFile(file, text);
  } catch (error) {
    cannotWrite(file)(error);
  }
}

export function cannotWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw new DriftmarkError('file-failed', `Could not write the result: ${reasonOf(error)}.`, {
      place: { file },
      remedy: 'Set another path with --output-file or in the setting `reporters`.',
      cause: error,
    });
  };
}
