import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import { reasonOf } from '../util/system-error.js';
import type { PlannedFile } from './planned-file.js';

/**
 * Writes a planned file. A new file never replaces one that another process created in between.
 * @throws {DriftmarkError} `file-failed`
 */
export async function writePlanned({ file, before, text }: PlannedFile): Promise<void> {
  try {
    ensureFolder(path.dirname(file));
    await (before === undefined ? writeFile(file, text, { flag: 'wx' }) : writeFileAtomic(file, text));
  } catch (error) {
    throw new DriftmarkError('file-failed', `Could not write the file: ${reasonOf(error)}.`, {
      place: { file },
      remedy:
        'Check the write permissions, and that no other process changed the file, then run `npx driftmark init` again.',
      cause: error,
    });
  }
}
