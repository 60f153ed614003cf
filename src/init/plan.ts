import { readCommitted } from '../project/committed-report.js';
import type { Config } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import type { ReportFormat } from '../report/report.js';
import { findTargets } from '../project/targets.js';
import { findCi, planCi, type CiSystem } from './ci/ci.js';
import { planConfig } from './config-file.js';
import { planGitattributes } from './gitattributes.js';
import { planHook } from './hooks.js';
import { findMigrationFolders, type FoundMigrations } from './migrations.js';
import { detectProject, type Project } from './detect-project.js';
import type { PlannedFile } from './planned-file.js';

/** What `init` would do. */
export interface InitPlan {
  readonly project: Project;
  /** The CI systems that are in use. */
  readonly ci: readonly CiSystem[];
  readonly files: readonly PlannedFile[];
  readonly reports: readonly PlannedReport[];
}

/** A report that is written where there is none, and else stays as it is. */
export interface PlannedReport {
  /** The target's name. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  /** The format of the one that is there. */
  readonly format?: ReportFormat;
}

/**
 * Looks at the working directory and says what is missing there.
 * @throws {DriftmarkError} `no-target` where there are no migrations.
 */
export async function planInit(config: Config): Promise<InitPlan> {
  const hasConfig = config.file !== undefined;
  const place = await detectProject(config.cwd);
  const found = hasConfig ? [] : await findMigrationFolders(config.cwd);
  if (found.length === 0 && !hasConfig) {
    throw new DriftmarkError('no-target', 'There is no folder `migrations` here that holds any.', {
      remedy:
        'Write a first migration; or name the folder in a config: docs/config.md, the setting `migrations`.',
    });
  }
  const reports = await planReports(config, found);
  const ci = await findCi(place);
  const files = [
    hasConfig ? undefined : await planConfig(place, found, formatOf(reports)),
    ...(await planCi(place, ci)),
    await planHook(place),
    await planGitattributes(place),
  ].filter((file) => file !== undefined);
  return { project: place, ci, files, reports };
}

async function planReports(config: Config, found: readonly FoundMigrations[]): Promise<PlannedReport[]> {
  const planned = found.map(({ dir, migrations }) => ({ path: dir, migrations }));
  const targets = await findTargets(planned.length > 0 ? { ...config, targets: planned } : config, []);
  return Promise.all(
    targets.map(async ({ name, report: file }) => {
      const committed = await readCommitted(file);
      if (committed.type === 'none') return { name, file };
      const { format } = committed.type === 'report' ? committed.report : committed;
      return { name, file, format };
    }),
  );
}

/** Where all reports are in the original's format, those that come are to be, too. */
function formatOf(reports: readonly PlannedReport[]): ReportFormat | undefined {
  const there = reports.filter(({ format }) => format !== undefined);
  return there.length > 0 && there.every(({ format }) => format === 'backstage') ? 'backstage' : undefined;
}
