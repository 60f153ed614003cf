import path from 'node:path';
import type { BuildEnvironment } from '../replay/environment.js';
import { timed } from '../replay/phases.js';
import { readCommitted, readReplaceable, type Committed } from '../project/committed-report.js';
import { applyPolicy, policyOf, type FailPolicy } from '../drift/fail-policy.js';
import { attributed, differencesOf, notComparable } from './differences.js';
import { makeReport, sizeOf, type MadeReport } from './make-report.js';
import { updateCommand } from './update-command.js';
import type { DriftReason, Outcome } from '../outcome.js';
import type { Report } from '../report/report.js';
import { compare } from '../schema/compare.js';
import { noObjects, type Schema } from '../schema/model.js';
import { explainMissingMigrations } from '../project/missing-migrations.js';
import { hasMigrations, USUAL_REPORT, type Target } from '../project/targets.js';

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
    versionNum: (await environment.server).versionNum,
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
  const differences = await timed(environment.onPhase, 'comparing', () =>
    committed.type === 'report'
      ? differencesOf(committed.report, made, environment, cwd)
      : notComparable(made),
  );
  const { changes, after, isReformatted } = differences;
  if (before === after) {
    if (isReformatted)
      environment.notice(
        `${path.relative(cwd, target.report)} was written with another PostgreSQL version, which formats view definitions differently. The views are equivalent; run \`npx driftmark update\` to refresh the report.`,
      );
    return { type: 'in-sync', ...sizeOf(made) };
  }
  return {
    type: 'drift',
    reason: REASONS[committed.type],
    changes: await attributed(differences, made, environment),
    remarks:
      committed.type === 'report'
        ? compareHeaders(committed.report, made.report, changes.length)
        : committed.type === 'none'
          ? await otherReport(target)
          : [committed.problem.message],
    difference: { before, after },
    ...(committed.type === 'unreadable' && { line: committed.problem.line }),
    remedy: updateCommand(
      path.relative(cwd, target.dir),
      committed.type === 'report' && committed.report.format !== made.report.format
        ? made.report.format
        : undefined,
    ),
    ...(committed.type === 'none' && { setup: 'npx driftmark init' }),
  };
}

const REASONS: Readonly<Record<Committed['type'], DriftReason>> = {
  none: 'no-report',
  report: 'changed',
  unreadable: 'unreadable-report',
};

/** The differences between two reports that are not in the schema. */
function compareHeaders(committed: Report, made: Report, changes: number): string[] {
  const found = [
    committed.format !== made.format &&
      `the report has the format ${committed.format}, the settings ask for ${made.format}`,
    committed.name !== made.name && `the report is named "${committed.name}", this package "${made.name}"`,
    committed.command !== made.command &&
      `the report names the command ${committed.command}, the settings ${made.command}`,
    committed.diagram !== made.diagram &&
      (made.diagram
        ? 'the report does not have a diagram, but `diagram` is on'
        : 'the report has a diagram, but `diagram` is off'),
    ...made.irreversible
      .filter((migration) => !committed.irreversible.includes(migration))
      .map((migration) => `${migration} cannot be rolled back: not yet in the report`),
    ...committed.irreversible
      .filter((migration) => !made.irreversible.includes(migration))
      .map((migration) => `${migration} can be rolled back: no longer in the report`),
  ].filter((remark) => remark !== false);
  return found.length + changes > 0 ? found : ['the text of the report differs'];
}

/** A report with the usual name, if the setting `report` names a file that does not exist. */
async function otherReport({ dir, report }: Target): Promise<string[]> {
  const usual = path.join(dir, USUAL_REPORT);
  if (usual === report || (await readCommitted(usual)).type !== 'report') return [];
  return [
    `there is a report ${USUAL_REPORT}: correct the setting \`report\`, or rename the file to ${path.relative(dir, report)}`,
  ];
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
