import { buildSnapshots } from '../replay/replay.js';
import type { BuildEnvironment } from '../replay/environment.js';
import type { WithScratchServer } from '../scratch/types.js';
import { findMigrations, hasMigrations } from '../migrations/migrations.js';
import type { ReportFormat } from '../report/report.js';
import type { Schema } from '../schema/model.js';
import type { Target } from '../project/targets.js';
import type { History } from './position.js';

/**
 * What a target's migrations make, step by step, from a scratch database; undefined where there are none at hand.
 * @throws {DriftmarkError} what building throws.
 */
export async function readHistory(
  target: Target,
  format: ReportFormat,
  onScratchServer: WithScratchServer<BuildEnvironment>,
): Promise<History | undefined> {
  if (!(await hasMigrations(target.migrations))) return undefined;
  const { layout } = target.settings;
  return onScratchServer(async (environment) => {
    const { output, notice, signal } = environment;
    const folder = await findMigrations(target.migrations, {
      projectDir: target.dir,
      stderr: output,
      ...(layout && { layout }),
      ...(signal && { signal }),
    });
    folder.notices.forEach(notice);
    const snapshots: readonly Schema[] = await buildSnapshots(
      { target, folder, format, down: false },
      environment,
    );
    return { snapshots, migrations: folder.migrations };
  });
}
