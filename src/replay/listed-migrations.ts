import { listMigrations, type MigrationsFolder } from '../migrations/migrations.js';
import { readTargetMigrations, type Target } from '../project/targets.js';
import type { BuildEnvironment } from './environment.js';

/**
 * The migrations of a target, in order, also those that a command lists: it gets an empty scratch database.
 * @throws {DriftmarkError} `no-migrations`, `migrations-invalid`, `migration-failed`
 */
export async function listTargetMigrations(
  target: Target,
  { output, notice, signal, server }: BuildEnvironment,
): Promise<MigrationsFolder> {
  const folder = await readTargetMigrations(target, { stderr: output, ...(signal && { signal }) });
  folder.notices.forEach(notice);
  if (!folder.command?.steps) return folder;
  const database = await (await server).createDatabase();
  try {
    return await listMigrations(folder, database.tcpConnection, {
      projectDir: target.dir,
      ...(signal && { signal }),
    });
  } finally {
    await database.drop().catch(() => undefined);
  }
}
