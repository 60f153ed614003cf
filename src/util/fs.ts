import { access, mkdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder, and those above it, where they are missing. Unlike mkdir's own `recursive`, it comes to an end where a system
 * says both that a folder is not there and that it cannot be made, as Linux does below /proc.
 */
export async function ensureFolder(folder: string): Promise<void> {
  if (await exists(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) await ensureFolder(above);
  await mkdir(folder).catch((error: unknown) => {
    // Somebody else made it meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  });
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
