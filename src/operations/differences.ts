import { knowsMigrations } from '../migrations/migrations.js';
import type { ExplainedChange } from '../outcome.js';
import type { BuildEnvironment } from '../replay/environment.js';
import { buildSnapshots } from '../replay/replay.js';
import { parse, render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { undoChanges } from '../schema/undo-changes.js';
import type { MadeReport } from './make-report.js';

/** The differences between a committed report and the report of the migrations. */
interface Differences {
  readonly changes: readonly Change[];
  /** The text of the report with these differences only: expressions that mean the same have the committed spelling. */
  readonly after: string;
  /** The text to write. Values that the migrations compute when they run stay as they were committed. */
  readonly updated: string;
  /** Whether another PostgreSQL version formatted the queries of the committed report. */
  readonly isReformatted: boolean;
  /** The schema before the first migration and after each one. Empty if it was not needed. */
  readonly snapshots: readonly Schema[];
}

/** What there is to say if the committed report cannot be compared. */
export const notComparable = ({ text, built: { snapshots } }: MadeReport): Differences => ({
  changes: [],
  after: text,
  updated: text,
  isReformatted: false,
  snapshots,
});

/**
 * Compares a committed report with the report of the migrations, and gives a notice of each computed value. What this needs is
 * loaded here: most reports do not differ.
 */
export async function differencesOf(
  committed: Report,
  made: MadeReport,
  environment: BuildEnvironment,
  cwd: string,
): Promise<Differences> {
  // A report in the other format contains other facts. The text contains those that both formats have.
  const now = parse(made.text);
  if (committed.format !== now.format) return notComparable(made);
  const from = committed.schema;
  const [{ compareByMeaning }, { findComputedValues }] = await Promise.all([
    import('../equivalence/equivalence.js'),
    import('./computed-values.js'),
  ]);
  const { to } = await compareByMeaning({ from, to: now.schema }, (use) => use(environment), isOfQuery);
  const all = compare({ from, to });
  const { computed, snapshots } = await findComputedValues(all, made, environment, cwd);
  const textOf = (schema: Schema) =>
    computed.length === 0 && schema === now.schema
      ? made.text
      : render({ ...now, schema: undoChanges(computed, { from, to: schema }) });
  return {
    changes: all.filter((change) => !computed.includes(change)),
    after: textOf(to),
    updated: textOf(now.schema),
    isReformatted: compare({ from: now.schema, to }).length > 0,
    snapshots,
  };
}

/** Whether a change is of an expression whose spelling depends on the version of the server. */
const isOfQuery = ({ kind }: Change) => ['view', 'materializedView', 'rule'].includes(kind);

/** Each change with the migration that made it. If a command runs the migrations, single migrations are not known. */
export async function attributed(
  { changes, snapshots }: Pick<Differences, 'changes' | 'snapshots'>,
  { plan }: MadeReport,
  environment: BuildEnvironment,
): Promise<readonly ExplainedChange[]> {
  if (changes.length === 0) return [];
  if (!knowsMigrations(plan.folder)) return changes.map((change) => ({ change }));
  const history = snapshots.length > 0 ? snapshots : await buildSnapshots(plan, environment);
  const { attribute } = await import('../replay/attribute.js');
  return attribute(changes, history, plan.folder.migrations);
}
