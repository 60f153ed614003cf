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

/** Builds a target's schema from its migrations and compares the report of it with the committed one. */
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
  const judged = await judge(target, committed, made, environment, cwd);
  const result =
    judged.type === 'drift'
      ? { ...judged, changes: applyPolicy(judged.changes, { ...policyOf(target.settings), ...policy }) }
      : judged;
  return {
    ...about,
    seconds: (performance.now() - began) / 1000,
    failedDowns: made.built.failedDowns,
    result,
  };
}

async function judge(
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
      ? differences(committed.report, made, environment)
      : { changes: [], after: made.text },
  );
  if (before === after) {
    environment.notice(
      `${path.relative(cwd, target.report)} has the text of views in another PostgreSQL version's words. They are the same views: update renews it.`,
    );
    return { type: 'in-sync', ...sizeOf(made) };
  }
  return {
    type: 'drift',
    reason: REASONS[committed.type],
    changes: await explain(changes, made, environment),
    remarks:
      committed.type === 'report'
        ? remarks(committed.report, made.report, changes.length)
        : remarksOn(committed),
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

/** What differs from the committed report, and what that would be with no other difference than that. */
async function differences(
  committed: Report,
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<{ readonly changes: readonly Change[]; readonly after: string }> {
  // A report in the other format knows other facts: what both know of can be read from what is printed.
  const now = parse(made.text);
  if (committed.format !== now.format) return { changes: [], after: made.text };
  const schemas = { from: committed.schema, to: now.schema };
  const { to } = await compareByMeaning(schemas, (use) => use(environment), isOfQuery);
  return {
    changes: compare({ from: committed.schema, to }),
    after: to === now.schema ? made.text : render({ ...now, schema: to }),
  };
}

/** Whether a change is of a text that depends on the version of the server which printed it. */
const isOfQuery = ({ kind }: Change) => ['view', 'materializedView', 'rule'].includes(kind);

/** Each with the migration that made it. */
async function explain(
  changes: readonly Change[],
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<readonly ExplainedChange[]> {
  if (changes.length === 0) return [];
  // Nothing is known of single migrations.
  if (made.plan.folder.command) return changes.map((change) => ({ change }));
  const { snapshots } = made.built;
  const history = snapshots.length > 0 ? snapshots : await buildSnapshots(made.plan, environment);
  return attribute(changes, history, made.plan.folder.migrations);
}

/** What differs beside the schema. */
function remarks(committed: Report, made: Report, changes: number): string[] {
  const found = [
    committed.format !== made.format && `the report is in the format ${committed.format}, not ${made.format}`,
    committed.name !== made.name && `the report is for ${committed.name}, not ${made.name}`,
    committed.command !== made.command &&
      `the report names the command ${committed.command}, not ${made.command}`,
    committed.diagram !== made.diagram &&
      `the report has ${made.diagram ? 'no diagram, and the settings ask for one' : 'a diagram, and the settings ask for none'}`,
    ...made.irreversible
      .filter((migration) => !committed.irreversible.includes(migration))
      .map((migration) => `${migration} cannot be migrated down, and the report does not say so`),
    ...committed.irreversible
      .filter((migration) => !made.irreversible.includes(migration))
      .map((migration) => `${migration} can be migrated down, and the report says that it cannot`),
  ].filter((remark) => remark !== false);
  return found.length + changes > 0 ? found : ['the text of the report differs'];
}

function remarksOn(committed: Committed): string[] {
  return committed.type === 'unreadable' ? [committed.problem.message] : [];
}

const EMPTY: Schema = {
  namespaces: ['public'],
  objects: { ...noObjects(), namespace: [{ name: 'public' }] },
};

/** A report without migrations: nothing makes it any more. */
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
