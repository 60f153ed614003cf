import { access } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import { findTargets } from '../targets.js';
import { planConfig } from './config-file.js';
import { planGitattributes } from './gitattributes.js';
import { planGitlabJob } from './gitlab.js';
import { planHook } from './hooks.js';
import { findMigrationFolders, type FoundMigrations } from './migrations.js';
import { findPlace, type Place } from './place.js';
import type { PlannedFile } from './planned-file.js';
import { planWorkflow } from './workflow.js';

/** What `init` would do. */
export interface InitPlan {
  readonly place: Place;
  readonly files: readonly PlannedFile[];
  readonly reports: readonly PlannedReport[];
}

/** A report that is written where there is none, and else stays as it is. */
export interface PlannedReport {
  /** The target's name. */
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly isThere: boolean;
}

/**
 * Looks at the working directory and says what is missing there.
 * @throws {DriftmarkError} `no-target` where there are no migrations.
 */
export async function planInit(config: Config): Promise<InitPlan> {
  const hasConfig = config.file !== undefined;
  const place = await findPlace(config.cwd);
  const found = hasConfig ? [] : await findMigrationFolders(config.cwd);
  if (found.length === 0 && !hasConfig) {
    throw new DriftmarkError('no-target', 'There is no folder `migrations` here that holds any.', {
      remedy:
        'Write a first migration; or name the folder in a config: docs/config.md, the setting `migrations`.',
    });
  }
  const files = [
    hasConfig ? undefined : await planConfig(place, found),
    (await isIn(place, '.github')) ? await planWorkflow(place) : undefined,
    (await isIn(place, '.gitlab-ci.yml')) ? await planGitlabJob(place) : undefined,
    await planHook(place),
    await planGitattributes(place),
  ].filter((file) => file !== undefined);
  return { place, files, reports: await planReports(config, found) };
}

async function planReports(config: Config, found: readonly FoundMigrations[]): Promise<PlannedReport[]> {
  const planned = found.map(({ dir, migrations }) => ({ path: dir, migrations }));
  const targets = await findTargets(planned.length > 0 ? { ...config, targets: planned } : config, []);
  return Promise.all(
    targets.map(async ({ name, report }) => ({ name, file: report, isThere: await exists(report) })),
  );
}

const isIn = ({ repository }: Place, name: string) => exists(path.join(repository, name));

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
