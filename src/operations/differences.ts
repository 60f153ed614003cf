import { compareByMeaning } from '../equivalence/equivalence.js';
import type { ExplainedChange } from '../outcome.js';
import { attribute } from '../replay/attribute.js';
import type { BuildEnvironment } from '../replay/environment.js';
import { buildSnapshots } from '../replay/replay.js';
import { parse, render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare, type Change } from '../schema/compare.js';
import type { MadeReport } from './make-report.js';

/** The differences between a committed report and the report of the migrations. */
interface Differences {
  readonly changes: readonly Change[];
  /** The text of the report with these differences only: expressions that mean the same have the committed spelling. */
  readonly after: string;
}

/** Compares a committed report with the report of the migrations. */
export async function differencesOf(
  committed: Report,
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<Differences> {
  // A report in the other format contains other facts. The text contains those that both formats have.
  const now = parse(made.text);
  if (committed.format !== now.format) return { changes: [], after: made.text };
  const schemas = { from: committed.schema, to: now.schema };
  const { to } = await compareByMeaning(schemas, (use) => use(environment), isOfQuery);
  return {
    changes: compare({ from: committed.schema, to }),
    after: to === now.schema ? made.text : render({ ...now, schema: to }),
  };
}

/** Whether a change is of an expression whose spelling depends on the version of the server. */
const isOfQuery = ({ kind }: Change) => ['view', 'materializedView', 'rule'].includes(kind);

/** Each change with the migration that made it. If a command runs the migrations, single migrations are not known. */
export async function attributed(
  changes: readonly Change[],
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<readonly ExplainedChange[]> {
  if (changes.length === 0) return [];
  if (made.plan.folder.command) return changes.map((change) => ({ change }));
  const { snapshots } = made.built;
  const history = snapshots.length > 0 ? snapshots : await buildSnapshots(made.plan, environment);
  return attribute(changes, history, made.plan.folder.migrations);
}
