import { buildOnce, buildSnapshots } from '../replay/replay.js';
import type { BuildEnvironment, BuildPlan } from '../replay/environment.js';
import type { WithScratchServer } from '../scratch/types.js';
import type { ReportFormat } from '../report/report.js';
import { knowsMigrations } from '../migrations/migrations.js';
import { hasMigrations, type Target } from '../project/targets.js';
import { listTargetMigrations } from '../replay/listed-migrations.js';
import type { Evidence } from '../schema/computed-values.js';
import { writtenIn } from './computed-values.js';
import type { History } from './position.js';

/**
 * Runs a target's migrations on a scratch database and reads the schema after each one.
 * @returns undefined if the target has no migrations, or a command runs them, which tells nothing of single ones.
 * @throws {DriftmarkError} if a migration cannot be read or run.
 */
export async function readHistory(
  target: Target,
  format: ReportFormat,
  withScratchServer: WithScratchServer<BuildEnvironment>,
): Promise<History | undefined> {
  if (!hasMigrations(target) || !knowsMigrations(target)) return undefined;
  return withScratchServer(async (environment) => {
    const folder = await listTargetMigrations(target, environment);
    const plan: BuildPlan = { target, folder, format, down: false };
    const snapshots = await buildSnapshots(plan, environment);
    const [first] = snapshots.slice(-1);
    let evidence: Promise<Evidence> | undefined;
    const runAgain = async (): Promise<Evidence> => {
      const again = await withScratchServer((own) => buildOnce(plan, own));
      return { runs: [first ?? again, again], isWritten: await writtenIn(folder) };
    };
    return { snapshots, migrations: folder.migrations, runAgain: () => (evidence ??= runAgain()) };
  });
}
