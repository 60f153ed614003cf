import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DriftmarkError } from '../errors.js';
import { detectMigrations, isMigrationsFolder, noMigrations } from '../migrations/migrations.js';
import { findMigrationFolders } from './find-migrations.js';
import { exists } from '../util/fs.js';
import type { Target } from './targets.js';

/**
 * Explains why a target has no migrations: the config names a folder that does not exist, a folder holds nothing that
 * driftmark can run, or the migrations are in another folder.
 * @returns undefined if the migrations were deleted: the default folder does not exist or is empty, and no other folder has migrations.
 * Only then may a report be called obsolete.
 */
export async function explainMissingMigrations(target: Target): Promise<DriftmarkError | undefined> {
  const { name, dir, migrations, isDefaultFolder = false } = target;
  if (!(await exists(dir)))
    return new DriftmarkError('no-migrations', `The folder of the target ${name} does not exist.`, {
      place: { file: dir },
      remedy: 'Correct `targets` in the config.',
    });
  const shown = path.relative(dir, migrations) || '.';
  const others = (await findMigrationFolders(dir)).map((found) =>
    path.posix.join(found.dir, found.migrations),
  );
  const hint = others.length === 0 ? '' : ` Found migrations in ${others.slice(0, 3).join(', ')}.`;
  const files = await filesIn(migrations);
  const { layout, exclude = [] } = target.settings;
  if (exclude.length > 0 && isMigrationsFolder(await detectMigrations(migrations, dir, layout)))
    return new DriftmarkError('no-migrations', `All migrations in ${shown} of ${name} are excluded.`, {
      remedy: `Correct the setting \`exclude\`: ${exclude.join(', ')}.`,
    });
  if (files.length > 0) return noMigrations(migrations, layout);
  if (!isDefaultFolder)
    return new DriftmarkError(
      'no-migrations',
      `The migrations folder of ${name} does not exist or is empty: ${shown}.`,
      {
        remedy: `Correct \`migrations\` in the config.${hint}`,
      },
    );
  if (others.length === 0) return undefined;
  return new DriftmarkError('no-migrations', `No migrations found in ${shown} of ${name}.`, {
    remedy: `Set \`migrations\` in the config to the folder that holds them.${hint}`,
  });
}

/** The files in a folder and its subfolders, without those whose names begin with a dot. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name);
}
