import { build, type Built } from '../replay/replay.js';
import type { BuildEnvironment, BuildPlan } from '../replay/environment.js';
import { timed } from '../replay/phases.js';
import type { Committed } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { findUnsupported } from '../report/backstage/unsupported.js';
import { render } from '../report/formats.js';
import type { Report, ReportFormat } from '../report/report.js';
import { ALL_KINDS } from '../schema/kinds.js';
import { readTargetMigrations, type Target } from '../project/targets.js';

/** A report made from migrations, and how it came about. */
export interface MadeReport {
  readonly plan: BuildPlan;
  readonly built: Built;
  readonly report: Report;
  readonly text: string;
}

const COMMANDS: Readonly<Record<ReportFormat, string>> = {
  full: 'npx driftmark update',
  backstage: 'yarn build:api-reports',
};

/**
 * Builds a target's schema from its migrations and makes the report of it: in the format of the committed one
 * and with its command, unless the settings say otherwise.
 */
export async function makeReport(
  target: Target,
  committed: Committed,
  environment: BuildEnvironment,
): Promise<MadeReport> {
  const { settings } = target;
  const folder = await readTargetMigrations(target, {
    stderr: environment.output,
    ...(environment.signal && { signal: environment.signal }),
  });
  folder.notices.forEach(environment.notice);
  const known = committed.type === 'report' ? committed.report : undefined;
  const appearance = known ?? (committed.type === 'unreadable' ? committed : undefined);
  const format = settings.reportFormat ?? appearance?.format ?? 'full';
  if (settings.diagram && format !== 'full')
    environment.notice(`${target.name}: the format ${format} has no diagram`);
  const diagram = format === 'full' && (settings.diagram ?? appearance?.diagram ?? false);
  const plan: BuildPlan = { target, folder, format, down: settings.down ?? true };
  const built = await build(plan, environment);
  assertCovers(built, target);
  // A command that changed nothing is an error already.
  if (folder.command === undefined && noObjectsIn(built))
    environment.notice(emptySchemaNotice(target, folder.migrations.length));
  const report: Report = {
    format,
    name: target.name,
    command: settings.command ?? (known?.format === format ? known.command : COMMANDS[format]),
    irreversible: plan.down
      ? built.failedDowns.map(({ migration }) => migration)
      : (known?.irreversible ?? []),
    schema: built.schema,
    ...(diagram && { diagram }),
  };
  assertExpressible(report, target);
  const text = await timed(environment.onPhase, 'rendering', () => render(report));
  const failedDowns = built.failedDowns.map((failed) => ({
    ...failed,
    ...(known?.irreversible.includes(failed.migration) && { isListed: true as const }),
  }));
  return { plan, built: { ...built, failedDowns }, report, text };
}

/** Whether there is nothing but the schema `public`, which every database has. */
const noObjectsIn = ({ schema: { objects } }: Built): boolean =>
  ALL_KINDS.every((kind) => kind === 'namespace' || objects[kind].length === 0) &&
  objects.namespace.every(({ name }) => name === 'public');

/** Migrations that create nothing were probably read by the rules of another tool. */
const emptySchemaNotice = ({ name, detected }: Target, count: number): string =>
  `${name}: ${count === 1 ? '1 migration' : `${count} migrations`} ran and created nothing. ` +
  `They were read as migrations of ${detected?.layout.title ?? 'SQL'}; set \`layout\` in the config if another tool runs them.`;

/** A mistake in a name must not read as a schema that has gone. */
function assertCovers({ schema }: Built, { settings: { schemas = [] } }: Target): void {
  if (schemas.length === 0 || schema.namespaces.length > 0) return;
  throw new DriftmarkError('config', `The migrations make no schema that matches ${schemas.join(', ')}.`, {
    remedy: 'Correct `--schema`, or the setting `schemas`: names or globs.',
  });
}

/** A name that the original's format would write so that nobody could read the file again. */
function assertExpressible(report: Report, { report: file }: Target): void {
  const what = report.format === 'backstage' ? findUnsupported(report) : undefined;
  if (what === undefined) return;
  throw new DriftmarkError('report-invalid', `The format backstage cannot express ${what}.`, {
    place: { file },
    remedy: 'Move to the full format: npx driftmark update --report-format full',
  });
}
