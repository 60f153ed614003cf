import path from 'node:path';
import type { ChalkInstance } from 'chalk';
import type { Config } from '../../config/config.js';
import type { Project } from '../../init/detect-project.js';
import type { InitPlan, PlannedReport } from '../../init/plan.js';
import type { PlannedFile } from '../../init/planned-file.js';
import { NEWEST_MAJOR } from '../../postgres/server-product.js';
import { isMusl } from '../../scratch/embedded/binaries.js';
import { escapeControls } from '../../util/escape-controls.js';
import { COLOURS } from '../../reporters/formatting/colours.js';
import { unifiedDiff } from '../../reporters/locate/unified-diff.js';

/** How many migrations folders are listed. */
const MAX_LISTED = 5;

/**
 * What `init` found.
 * @example 'Found 5 knex migrations in migrations/, npm, GitHub Actions, PostgreSQL 16 (docker-compose.yml).'
 */
export function renderFound({ reports, project, ci, hookManager }: InitPlan, cwd: string): string {
  const { packageManager, postgres } = project;
  const folders = reports.map(({ folder, migrations }) => {
    const place = `${path.relative(cwd, folder)}/`;
    if (migrations === undefined) return `migrations in ${place}`;
    const { count, tool } = migrations;
    if (migrations.isSchemaFile) return `${tool}, ${path.relative(cwd, folder)}`;
    return `${count} ${tool} ${count === 1 ? 'migration' : 'migrations'} in ${place}`;
  });
  const hidden = folders.length - MAX_LISTED;
  const parts = [
    ...folders.slice(0, MAX_LISTED),
    ...(hidden > 0 ? [`${hidden} more ${hidden === 1 ? 'folder' : 'folders'} with migrations`] : []),
    ...(packageManager ? [packageManager.name] : []),
    ...(hookManager === undefined ? [] : [hookManager]),
    ...ci.map((system) => CI_NAMES[system]),
    ...(postgres ? [`PostgreSQL ${postgres.major} (${postgres.file})`] : []),
  ];
  return `Found ${escapeControls(parts.join(', '))}.\n`;
}

/**
 * Which PostgreSQL version driftmark uses, in one sentence, if the project names several versions or one that driftmark
 * does not support. Empty for a project that has a config, which decides.
 */
export function renderPostgres(
  { postgres, unclearPostgres }: Pick<Project, 'postgres' | 'unclearPostgres'>,
  { file, engine }: Pick<Config, 'file' | 'engine'>,
): string {
  if (!unclearPostgres || file !== undefined) return '';
  const { versions, files, isSupported } = unclearPostgres;
  const named = `PostgreSQL ${new Intl.ListFormat('en').format(versions.map(String))} (${files.join(', ')})`;
  const used = postgres ? `PostgreSQL ${postgres.major}, as in ${postgres.file}` : defaultPostgres(engine);
  const remedy = postgres || !isSupported ? '' : ', unless you set `postgresVersion` in the config';
  const sentence = `The project names ${named}${isSupported ? '' : ', which driftmark does not support'}: driftmark uses ${used}${remedy}.`;
  return `${escapeControls(sentence)}\n`;
}

/** The PostgreSQL that is used if `postgresVersion` is not set. */
function defaultPostgres({ engine, postgresBin }: Config['engine']): string {
  if (engine === 'server') return 'the version of the scratch server';
  if (postgresBin !== undefined) return `the version in ${postgresBin}`;
  return isMusl() ? 'the installed version' : `the bundled PostgreSQL ${NEWEST_MAJOR}`;
}

const CI_NAMES = { github: 'GitHub Actions', gitlab: 'GitLab CI' } as const;

/** A file that `init` would write: what it is for, and the lines that are new in it. */
export function renderFile(planned: PlannedFile, cwd: string, chalk: ChalkInstance): string {
  const { file, purpose, before, text } = planned;
  const name = path.relative(cwd, file);
  const sign = before === undefined ? COLOURS.added(chalk)('+') : COLOURS.changed(chalk)('~');
  const lines = unifiedDiff({
    before: before ?? '',
    after: text,
    names: { before: name, after: name },
  }).flatMap(({ type, text: line }) =>
    type !== 'added' && type !== 'removed' ? [] : `  ${COLOURS[type](chalk)(escapeControls(line))}\n`,
  );
  return `${sign} ${COLOURS.strong(chalk)(escapeControls(name))}   ${purpose}\n${lines.join('')}`;
}

/** The reports: those that exist, and those that `init` would write. */
export function renderReports(reports: readonly PlannedReport[], cwd: string, chalk: ChalkInstance): string {
  return reports
    .map(({ file, format, migrations }) => {
      const sign = format === undefined ? COLOURS.added(chalk)('+') : ' ';
      const count = migrations?.count;
      const size =
        count === undefined || migrations?.isSchemaFile === true
          ? ''
          : ` (${count} ${count === 1 ? 'migration' : 'migrations'})`;
      const purpose =
        format === undefined ? `report of the current schema${size}` : `exists (format ${format})`;
      return `${sign} ${COLOURS.strong(chalk)(escapeControls(path.relative(cwd, file)))}   ${purpose}\n`;
    })
    .join('');
}

/** The question before the reports are written: `Write report.sql.md?`. */
export function reportsQuestion(missing: readonly PlannedReport[], cwd: string): string {
  const [first, ...others] = missing;
  return first && others.length === 0
    ? `Write ${path.relative(cwd, first.file)}?`
    : `Write these ${missing.length} reports?`;
}

/** What is left to do. `isFailed`: a report could not be written or is out of date. */
export function renderNext(
  { project, ci, files }: InitPlan,
  chalk: ChalkInstance,
  isFailed: boolean,
): string {
  const add = project.packageManager?.add;
  const isNew = files.length > 0;
  const steps = [
    ...(add === undefined ? [] : [COLOURS.strong(chalk)(add)]),
    ...(isFailed
      ? [`fix the error above, then run ${COLOURS.strong(chalk)(`${project.driftmark} update`)}`]
      : []),
    ...(isNew && !isFailed ? ['review the new files and commit them'] : []),
    ...(isNew && ci.length === 0 ? [`in CI: ${COLOURS.strong(chalk)(`${project.driftmark} check`)}`] : []),
  ];
  return steps.length === 0 ? '' : `\nNext:\n${steps.map((step) => `  ${step}\n`).join('')}`;
}
