import path from 'node:path';
import { build, type Built } from '../replay/replay.js';
import type { BuildEnvironment, BuildPlan } from '../replay/environment.js';
import { timed } from '../replay/phases.js';
import type { Committed } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { invocationIn } from '../project/invocation.js';
import { findUnsupported } from '../report/backstage/unsupported.js';
import { render } from '../report/formats.js';
import type { Report, ReportFormat } from '../report/report.js';
import { ALL_KINDS } from '../schema/kinds.js';
import { explainMissingMigrations } from '../project/missing-migrations.js';
import { knowsMigrations } from '../migrations/migrations.js';
import { hasMigrations, type Target } from '../project/targets.js';
import { schemaNotFound } from './schema-not-found.js';
import { listTargetMigrations } from '../replay/listed-migrations.js';

/** A report that was made from migrations, and the result of running them. */
export interface MadeReport {
  readonly plan: BuildPlan;
  readonly built: Built;
  readonly report: Report;
  readonly text: string;
}

/** The command in a new report: everybody in the project runs it in the same way. */
const commandFor = async (format: ReportFormat, dir: string): Promise<string> =>
  format === 'full' ? `${await invocationIn(dir)} update` : 'yarn build:api-reports';

/**
 * Runs the migrations of a target and makes a report of the resulting schema. The report has the format and the command
 * of the committed report, unless the settings override them.
 */
export async function makeReport(
  target: Target,
  committed: Committed,
  environment: BuildEnvironment,
): Promise<MadeReport> {
  const { settings } = target;
  const missing = hasMigrations(target) ? undefined : await explainMissingMigrations(target);
  if (missing) throw missing;
  const folder = await listTargetMigrations(target, environment);
  // With --verbose, which prints each statement.
  if (environment.onSql && folder.toolConfig !== undefined)
    environment.notice(`${target.name}: using ${path.relative(target.dir, folder.toolConfig)}`);
  const known = committed.type === 'report' ? committed.report : undefined;
  const appearance = known ?? (committed.type === 'unreadable' ? committed : undefined);
  const format = settings.reportFormat ?? appearance?.format ?? 'full';
  if (settings.diagram && format !== 'full')
    environment.notice(`${target.name}: the ${format} format does not support diagrams`);
  const diagram = format === 'full' && (settings.diagram ?? appearance?.diagram ?? false);
  const plan: BuildPlan = { target, folder, format, down: settings.down ?? true };
  const built = await build(plan, environment);
  await assertSchemasFound(built, plan, environment);
  // A command that changes nothing has already failed.
  if (folder.command === undefined && noObjectsIn(built))
    environment.notice(emptySchemaNotice(target, folder.migrations.length));
  const report: Report = {
    format,
    name: target.name,
    command:
      settings.command ?? (known?.format === format ? known.command : await commandFor(format, target.dir)),
    irreversible: plan.down
      ? built.failedDowns.map(({ migration }) => migration)
      : (known?.irreversible ?? []),
    schema: built.schema,
    ...(diagram && { diagram }),
  };
  assertSupported(report, target);
  const text = await timed(environment.onPhase, 'rendering', () => render(report));
  const failedDowns = built.failedDowns.map((failed) => ({
    ...failed,
    ...(known?.irreversible.includes(failed.migration) && { isListed: true as const }),
  }));
  return { plan, built: { ...built, failedDowns }, report, text };
}

/** What was checked, for the result line. */
export const sizeOf = ({ plan, built }: MadeReport) => ({
  ...(knowsMigrations(plan.folder) && { migrations: plan.folder.migrations.length }),
  layout: plan.folder.layout,
  tables: built.schema.objects.table.length,
});

/** Whether the database contains only the schema `public`, which every database has. */
const noObjectsIn = ({ schema: { objects } }: Built): boolean =>
  ALL_KINDS.every((kind) => kind === 'namespace' || objects[kind].length === 0) &&
  objects.namespace.every(({ name }) => name === 'public');

/** Migrations that create nothing probably belong to another tool. */
const emptySchemaNotice = ({ name, detected }: Target, count: number): string =>
  `${name}: ${count === 1 ? '1 migration' : `${count} migrations`} ran and created nothing. ` +
  `${count === 1 ? 'It was read as a migration' : 'They were read as migrations'} of ${detected?.layout.title ?? 'SQL'}; set \`layout\` in the config if another tool runs ${count === 1 ? 'it' : 'them'}.`;

/** A mistake in a pattern must not look like schemas that were dropped. */
async function assertSchemasFound(
  { schema }: Built,
  plan: BuildPlan,
  environment: BuildEnvironment,
): Promise<void> {
  const { schemas: wanted = [], ...settings } = plan.target.settings;
  if (wanted.length === 0 || schema.namespaces.length > 0) return;
  // Without `schemas`, every schema is read.
  const all = await build({ ...plan, target: { ...plan.target, settings }, down: false }, environment);
  throw schemaNotFound({
    code: 'config',
    message: 'No schema created by the migrations matches',
    wanted,
    existing: all.schema.namespaces,
    setting: '`--schema` or the setting `schemas`',
  });
}

/** Some names would make a report in the backstage format that cannot be parsed. */
function assertSupported(report: Report, { report: file }: Target): void {
  const unsupported = report.format === 'backstage' ? findUnsupported(report) : undefined;
  if (unsupported === undefined) return;
  throw new DriftmarkError('report-invalid', `The backstage format does not support ${unsupported}.`, {
    place: { file },
    remedy: 'Run `npx driftmark update --report-format full` to switch to the full format.',
  });
}
