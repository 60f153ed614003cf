import path from 'node:path';
import { attribute } from '../replay/attribute.js';
import { buildSnapshots } from '../replay/replay.js';
import type { BuildEnvironment } from '../replay/environment.js';
import { timed } from '../replay/phases.js';
import { readReplaceable, type Committed } from '../project/committed-report.js';
import { compareByMeaning } from '../equivalence/equivalence.js';
import { applyPolicy, policyOf, type FailPolicy } from '../drift/fail-policy.js';
import { makeReport, type MadeReport } from './make-report.js';
import type { DriftReason, ExplainedChange, Outcome } from '../outcome.js';
import { parse, render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare, type Change } from '../schema/compare.js';
import { noObjects, type Schema } from '../schema/model.js';
import { explainMissingMigrations } from '../project/missing-migrations.js';
import { hasMigrations, type Target } from '../project/targets.js';

/** Runs the migrations of a target and compares the resulting report with the committed report. */
export async function check(
  target: Target,
  environment: BuildEnvironment,
  cwd: string,
  policy: FailPolicy = {},
): Promise<Outcome> {
  const committed = await readReplaceable(target.report);
  const about = { name: target.name, report: path.relative(cwd, target.report) };
  if (committed.type !== 'none' && !hasMigrations(target)) {
    const error = await explainMissingMigrations(target);
    if (error) throw error;
    return { ...about, seconds: 0, failedDowns: [], result: withoutMigrations(target, committed, cwd) };
  }
  const began = performance.now();
  const made = await makeReport(target, committed, environment);
  const compared = await compareWithCommitted(target, committed, made, environment, cwd);
  const result =
    compared.type === 'drift'
      ? { ...compared, changes: applyPolicy(compared.changes, { ...policyOf(target.settings), ...policy }) }
      : compared;
  return {
    ...about,
    seconds: (performance.now() - began) / 1000,
    failedDowns: made.built.failedDowns,
    result,
  };
}

async function compareWithCommitted(
  target: Target,
  committed: Committed,
  made: MadeReport,
  environment: BuildEnvironment,
  cwd: string,
): Promise<Outcome['result']> {
  const before = committed.type === 'none' ? '' : committed.text;
  if (before === made.text) return { type: 'in-sync', ...sizeOf(made) };
  const { changes, after } = await timed(environment.onPhase, 'comparing', () =>
    committed.type === 'report'
      ? compareReports(committed.report, made, environment)
      : { changes: [], after: made.text },
  );
  if (before === after) {
    environment.notice(
      `${path.relative(cwd, target.report)} was written with another PostgreSQL version, which formats view definitions differently. The views are equivalent; run \`npx driftmark update\` to refresh the report.`,
    );
    return { type: 'in-sync', ...sizeOf(made) };
  }
  return {
    type: 'drift',
    reason: REASONS[committed.type],
    changes: await attributeChanges(changes, made, environment),
    remarks:
      committed.type === 'report'
        ? compareHeaders(committed.report, made.report, changes.length)
        : problemsOf(committed),
    difference: { before, after },
    ...(committed.type === 'unreadable' && { line: committed.problem.line }),
    remedy: updateCommand(target, made.report, committed, cwd),
    ...(committed.type === 'none' && { setup: 'npx driftmark init' }),
  };
}

const REASONS: Readonly<Record<Committed['type'], DriftReason>> = {
  none: 'no-report',
  report: 'changed',
  unreadable: 'unreadable-report',
};

/** The changes from the committed report, and the text of a report that differs from it only in these changes. */
async function compareReports(
  committed: Report,
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<{ readonly changes: readonly Change[]; readonly after: string }> {
  // The format of a report may leave out properties. Parsing the text leaves them out as well.
  const now = parse(made.text);
  if (committed.format !== now.format) return { changes: [], after: made.text };
  const schemas = { from: committed.schema, to: now.schema };
  const { to } = await compareByMeaning(schemas, (use) => use(environment), dependsOnVersion);
  return {
    changes: compare({ from: committed.schema, to }),
    after: to === now.schema ? made.text : render({ ...now, schema: to }),
  };
}

/** Whether a change may be in a query, which PostgreSQL versions format differently. */
const dependsOnVersion = ({ kind }: Change) => ['view', 'materializedView', 'rule'].includes(kind);

/** Adds to each change the migration that introduced it. */
async function attributeChanges(
  changes: readonly Change[],
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<readonly ExplainedChange[]> {
  if (changes.length === 0) return [];
  // A command runs all migrations together, so that the schema after each one is not known.
  if (made.plan.folder.command) return changes.map((change) => ({ change }));
  const { snapshots } = made.built;
  const history = snapshots.length > 0 ? snapshots : await buildSnapshots(made.plan, environment);
  return attribute(changes, history, made.plan.folder.migrations);
}

/** The differences between two reports that are not in the schema. */
function compareHeaders(committed: Report, made: Report, changes: number): string[] {
  const found = [
    committed.format !== made.format && `the report is in the format ${committed.format}, not ${made.format}`,
    committed.name !== made.name && `the report is for ${committed.name}, not ${made.name}`,
    committed.command !== made.command &&
      `the report names the command ${committed.command}, not ${made.command}`,
    committed.diagram !== made.diagram &&
      (made.diagram
        ? 'the report does not have a diagram, but `diagram` is on'
        : 'the report has a diagram, but `diagram` is off'),
    ...made.irreversible
      .filter((migration) => !committed.irreversible.includes(migration))
      .map((migration) => `${migration} cannot be migrated down, but the report does not list it`),
    ...committed.irreversible
      .filter((migration) => !made.irreversible.includes(migration))
      .map((migration) => `${migration} can be migrated down, but the report lists it as irreversible`),
  ].filter((remark) => remark !== false);
  return found.length + changes > 0 ? found : ['the text of the report differs'];
}

function problemsOf(committed: Committed): string[] {
  return committed.type === 'unreadable' ? [committed.problem.message] : [];
}

const EMPTY: Schema = {
  namespaces: ['public'],
  objects: { ...noObjects(), namespace: [{ name: 'public' }] },
};

/** The result for a report whose migrations have been deleted. */
function withoutMigrations(
  target: Target,
  committed: Exclude<Committed, { type: 'none' }>,
  cwd: string,
): Outcome['result'] {
  const changes = committed.type === 'report' ? compare({ from: committed.report.schema, to: EMPTY }) : [];
  return {
    type: 'drift',
    reason: 'no-migrations',
    changes: changes.map((change) => ({ change })),
    remarks: [],
    difference: { before: committed.text, after: '' },
    remedy: `git rm ${path.relative(cwd, target.report)}`,
  };
}

const sizeOf = ({ plan, built }: MadeReport) => ({
  ...(plan.folder.command === undefined && { migrations: plan.folder.migrations.length }),
  layout: plan.folder.layout,
  tables: built.schema.objects.table.length,
});

function updateCommand(target: Target, made: Report, committed: Committed, cwd: string): string {
  const dir = path.relative(cwd, target.dir);
  const isNewFormat = committed.type === 'report' && committed.report.format !== made.format;
  return [
    'npx driftmark update',
    ...(isNewFormat ? [`--report-format ${made.format}`] : []),
    ...(dir === '' ? [] : [dir]),
  ].join(' ');
}
