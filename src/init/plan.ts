import path from 'node:path';
import type { Config } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import { readCommitted } from '../project/committed-report.js';
import { findTargets, readTargetMigrations, type Target } from '../project/targets.js';
import type { ReportFormat } from '../report/report.js';
import { findCi, planCi, type CiSystem } from './ci/ci.js';
import { planConfig } from './config-file.js';
import { detectProject, type Project } from './detect-project.js';
import { planGitattributes } from './gitattributes.js';
import { findHookManager, planHook } from './hooks.js';
import { detectMigrations, isMigrationsFolder } from '../migrations/migrations.js';
import { findDefaultFolder } from '../project/default-folder.js';
import {
  findMigrationFolders,
  FOLDER_NAMES,
  SEARCH_DEPTH,
  type FoundMigrations,
} from '../project/find-migrations.js';
import { findOtherMigrations } from '../project/other-tools.js';
import { docsUrl } from '../util/package-info.js';
import type { PlannedFile } from './planned-file.js';
import { targetsFor } from './targets.js';

/** What `init` found, and what it would write. */
export interface InitPlan {
  readonly project: Project;
  /** The CI systems in use. */
  readonly ci: readonly CiSystem[];
  /** The hook manager in use: `husky`. */
  readonly hookManager?: string;
  readonly files: readonly PlannedFile[];
  readonly reports: readonly PlannedReport[];
}

/** The report of a target. `init` writes it only if it does not exist. */
export interface PlannedReport {
  /** The target's name. */
  readonly name: string;
  /** Absolute path of the report. */
  readonly file: string;
  /** Absolute path of the migrations folder. */
  readonly folder: string;
  /** The tool and the number of the migrations; undefined if they cannot be read. */
  readonly migrations:
    { readonly tool: string; readonly count: number; readonly isSchemaFile: boolean } | undefined;
  /** The format of the report; undefined if the report does not exist yet. */
  readonly format?: ReportFormat;
}

/**
 * Inspects the working directory and plans what is missing there.
 * @throws {DriftmarkError} `no-target` if no migrations are found.
 */
export async function planInit(config: Config): Promise<InitPlan> {
  const hasConfig = config.file !== undefined;
  const found = hasConfig ? [] : await foundIn(config.cwd);
  if (found.length === 0 && !hasConfig) throw await noMigrations(config.cwd);
  const planned = await targetsFor(config.cwd, found);
  const targets = await findTargets(hasConfig ? config : { ...config, targets: [...planned] }, []);
  const project = await detectProject(
    config.cwd,
    targets.map(({ dir }) => dir),
  );
  const reports = await Promise.all(targets.map(planReport));
  const ci = await findCi(project);
  const hookManager = await findHookManager(project);
  const files = [
    hasConfig ? undefined : await planConfig(project, planned, formatOf(reports)),
    ...(await planCi(project, ci)),
    hookManager && (await planHook(project, hookManager)),
    await planGitattributes(project),
  ].filter((file) => file !== undefined);
  return { project, ci, ...(hookManager && { hookManager: hookManager.name }), files, reports };
}

/** Folders by their usual names, else the default place of a tool in this package, such as `db/structure.sql`. */
async function foundIn(dir: string): Promise<readonly FoundMigrations[]> {
  const folders = await findMigrationFolders(dir);
  if (folders.length > 0) return folders;
  const { folder } = await findDefaultFolder(dir, undefined, { withFiles: true });
  const detected = await detectMigrations(path.join(dir, folder), dir);
  return isMigrationsFolder(detected) ? [{ dir: '.', migrations: folder }] : [];
}

async function noMigrations(dir: string): Promise<DriftmarkError> {
  const other = await findOtherMigrations(dir);
  if (other) {
    const { file, tool } = other;
    return new DriftmarkError(
      'no-target',
      `No migrations found that driftmark can read. It does not run ${tool === undefined ? file : `migrations of ${tool}, such as ${file}`}.`,
      {
        remedy: `Let the migration tool run them: set \`migrations\` in driftmark.config.json to its command, { "migrations": { "command": "…" } }. Recipes: ${docsUrl('command')}`,
      },
    );
  }
  const names = FOLDER_NAMES.map((name) => `"${name}"`).join(', ');
  return new DriftmarkError(
    'no-target',
    `No migrations found. driftmark looked for folders named ${names}, up to ${SEARCH_DEPTH} levels deep.`,
    {
      remedy: `Create your first migration, or set \`migrations\` in driftmark.config.json to the folder that contains them, or to the command of your tool: ${docsUrl('works-with')}`,
    },
  );
}

async function planReport(target: Target): Promise<PlannedReport> {
  const { name, report: file, migrations: folder } = target;
  const planned = { name, file, folder, migrations: await countMigrations(target) };
  const committed = await readCommitted(file);
  if (committed.type === 'none') return planned;
  const { format } = committed.type === 'report' ? committed.report : committed;
  return { ...planned, format };
}

/** If the migrations cannot be read, the first report says why. */
async function countMigrations(target: Target): Promise<PlannedReport['migrations']> {
  try {
    const { migrations } = await readTargetMigrations(target, {});
    const { title = 'SQL', name } = target.detected?.layout ?? {};
    return { tool: title, count: migrations.length, isSchemaFile: name === 'schema' };
  } catch (error) {
    if (error instanceof DriftmarkError) return undefined;
    throw error;
  }
}

/** `backstage` if all existing reports have this format, so that new reports get the same one. */
function formatOf(reports: readonly PlannedReport[]): ReportFormat | undefined {
  const existing = reports.filter(({ format }) => format !== undefined);
  return existing.length > 0 && existing.every(({ format }) => format === 'backstage')
    ? 'backstage'
    : undefined;
}
