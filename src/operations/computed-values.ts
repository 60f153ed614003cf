import { knowsMigrations } from '../migrations/migrations.js';
import { noticeOfComputed, writtenIn } from '../drift/computed-values.js';
import { computedAmong, mayBeComputed } from '../schema/computed-values.js';
import { attribute } from '../replay/attribute.js';
import type { BuildEnvironment } from '../replay/environment.js';
import { buildOnce, buildSnapshots } from '../replay/replay.js';
import { asWritten } from '../report/formats.js';
import type { Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import type { MadeReport } from './make-report.js';

/** The changes that are due to values which a migration computes when it runs. */
interface ComputedValues {
  readonly computed: readonly Change[];
  /** The schema before the first migration and after each one, if they were read. */
  readonly snapshots: readonly Schema[];
}

/**
 * Finds the values among the changes that a migration computes when it runs, and gives a notice of each: they differ in
 * every database. If a change may be such a value, the migrations run a second time.
 */
export async function findComputedValues(
  changes: readonly Change[],
  { plan, built, report }: MadeReport,
  environment: BuildEnvironment,
  cwd: string,
): Promise<ComputedValues> {
  const none = { computed: [], snapshots: built.snapshots };
  if (!changes.some(mayBeComputed)) return none;
  const reads = built.snapshots.length === 0 && knowsMigrations(plan.folder);
  const snapshots = reads ? await buildSnapshots(plan, environment) : built.snapshots;
  const last = reads ? snapshots.at(-1) : await buildOnce(plan, environment);
  if (!last) return none;
  const [one, other] = [built.schema, last].map((schema) => asWritten({ ...report, schema }).report.schema);
  if (!one || !other) return none;
  const computed = computedAmong(changes, { runs: [one, other], isWritten: await writtenIn(plan.folder) });
  for (const explained of attribute(computed, snapshots, plan.folder.migrations))
    environment.notice(noticeOfComputed(explained, report.schema, cwd));
  return { computed, snapshots };
}
