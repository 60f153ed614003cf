import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import type { PlannedFile } from './planned-file.js';

/** Writes a planned file. A new one never takes the place of one that came meanwhile. */
export async function writePlanned({ file, before, text }: PlannedFile): Promise<void> {
  try {
    await ensureFolder(path.dirname(file));
    await (before === undefined ? writeFile(file, text, { flag: 'wx' }) : writeFileAtomic(file, text));
  } catch (error) {
    throw new DriftmarkError('file-failed', `The file could not be written: ${String(error)}`, {
      place: { file },
      remedy:
        'See to it that this user may write there and that nobody else does meanwhile, and start again.',
      cause: error,
    });
  }
}
