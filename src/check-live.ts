import { createHash } from 'node:crypto';
import path from 'node:path';
import picomatch from 'picomatch';
import { BOOKKEEPING } from './build/read.js';
import { readCommitted } from './committed.js';
import { DriftmarkError } from './errors.js';
import { labelOf, type Address } from './live/address.js';
import { readWithRetries } from './live/retry.js';
import type { LiveReading } from './live/read.js';
import type { ExplainedChange, LiveFacts, Outcome } from './outcome.js';
import { parse, render } from './report/formats.js';
import type { Report } from './report/report.js';
import { compare } from './schema/compare.js';
import type { Schema } from './schema/model.js';
import { renameNamespace } from './schema/rename-namespace.js';
import type { Target } from './targets.js';
import { explainLive, positionOf, type History, type Position } from './verdict/explain.js';
import { leaveOut, type Leaving } from './verdict/leave-out.js';

export interface LiveCheckOptions {
  /** Each of the database's schemas that match is compared with the one schema that the report has. */
  readonly tenants?: readonly string[];
  readonly retries: number;
  readonly leaving: Leaving;
  /** Whether a database may lack the newest migrations. */
  readonly allowPending: boolean;
  /** What the project's migrations make, where they are at hand: asked for once something differs. */
  readonly history: () => Promise<History | undefined>;
  readonly notice: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** A committed report that live databases are held against. */
export interface Reference {
  readonly target: Target;
  readonly report: Report;
  readonly text: string;
  /** Relative to the working directory. */
  readonly file: string;
}

/**
 * Reads the report that databases are to be compared with.
 * @throws {DriftmarkError} `report-missing`, `report-invalid`: there is nothing to compare with.
 */
export async function readReference(target: Target, cwd: string): Promise<Reference> {
  const committed = await readCommitted(target.report);
  const file = path.relative(cwd, target.report);
  if (committed.type === 'report') return { target, report: committed.report, text: committed.text, file };
  const remedy = 'Make it with `npx driftmark update`.';
  throw committed.type === 'none'
    ? new DriftmarkError('report-missing', `There is no ${file} to compare the database with.`, { remedy })
    : new DriftmarkError('report-invalid', committed.problem.message, {
        place: { file, line: committed.problem.line },
        remedy,
      });
}

/** Compares a live database with a committed report: an outcome for it, or one for each schema that was asked for. */
export async function checkLive(
  reference: Reference,
  address: Address,
  options: LiveCheckOptions,
): Promise<readonly Outcome[]> {
  const began = performance.now();
  const label = labelOf(address);
  try {
    const reading = await read(reference, address, options);
    const outcomes: Outcome[] = [];
    for (const schema of reading.schemas)
      outcomes.push(await judge(reference, label, schema, reading, options));
    const seconds = (performance.now() - began) / 1000 / Math.max(1, outcomes.length);
    if (options.tenants && outcomes.length === 0) throw noTenants(label, options.tenants);
    return outcomes.map((outcome) => ({ ...outcome, seconds }));
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    const seconds = (performance.now() - began) / 1000;
    const live: LiveFacts = { database: label, leftOut: [], warnings: [], otherSchemas: [] };
    return [{ ...about(reference), seconds, live, failedDowns: [], result: { type: 'failed', error } }];
  }
}

const about = ({ target, file }: Reference) => ({ name: target.name, report: file });

function read(
  { target, report }: Reference,
  address: Address,
  { tenants, retries, notice, signal }: LiveCheckOptions,
): Promise<LiveReading> {
  const { namespaces } = report.schema;
  const isTenant = tenants && picomatch([...tenants], { bash: true, dot: true });
  return readWithRetries(
    address,
    {
      label: labelOf(address),
      bookkeeping: BOOKKEEPING,
      extensionVersions: target.settings.extensionVersions ?? false,
      detail: report.format,
      // A database may lack the first schema; its texts are printed as if it were there.
      ...(!isTenant && namespaces[0] !== undefined && { home: namespaces[0] }),
      groups: (found) =>
        isTenant
          ? found.filter((name) => isTenant(name)).map((name) => [name])
          : [namespaces.filter((name) => found.includes(name))],
      notice,
    },
    { retries, ...(signal && { signal }) },
  );
}

async function judge(
  reference: Reference,
  label: string,
  found: Schema,
  reading: LiveReading,
  options: LiveCheckOptions,
): Promise<Outcome> {
  const { report, text } = reference;
  const tenant = options.tenants ? found.namespaces[0] : undefined;
  const home = report.schema.namespaces[0] ?? 'public';
  // What the format cannot say is no difference: both sides are what their reports say.
  const live = inFormat(report, tenant === undefined ? found : renameNamespace(found, tenant, home));
  const { schema, leftOut, warnings } = leaveOut({ report: report.schema, live }, options.leaving);
  const changes = compare({ from: report.schema, to: schema });
  const liveText = render({ ...report, schema });
  const facts: LiveFacts = {
    database: label,
    ...(tenant !== undefined && { schema: tenant }),
    versionNum: reading.versionNum,
    fingerprint: createHash('sha256').update(liveText).digest('hex').slice(0, 12),
    leftOut,
    warnings,
    otherSchemas: tenant === undefined ? reading.otherNamespaces : [],
  };
  const outcome = { ...about(reference), seconds: 0, failedDowns: [] };
  if (changes.length === 0) {
    return {
      ...outcome,
      live: facts,
      result: { type: 'in-sync', tables: schema.objects.table.length },
    };
  }
  const { explained, position } = await explain(changes, schema, reading, options);
  return {
    ...outcome,
    live: { ...facts, ...position },
    result: {
      type: 'drift',
      reason: 'live',
      changes: explained.map((change) => tolerate(change, options)),
      remarks: [],
      difference: { before: text, after: liveText, names: { before: reference.file, after: label } },
      remedy: remedyFor(explained, position),
    },
  };
}

const inFormat = (report: Report, schema: Schema): Schema => parse(render({ ...report, schema })).schema;

async function explain(
  changes: ReturnType<typeof compare>,
  live: Schema,
  { applied }: LiveReading,
  { history }: LiveCheckOptions,
): Promise<{ explained: readonly ExplainedChange[]; position?: Position }> {
  const known = await history();
  if (!known) return { explained: changes.map((change) => ({ change })) };
  const position = positionOf(live, known, applied);
  return { explained: explainLive(changes, live, known, position), position };
}

/** Two branches that were merged in another order are no fault of a database's. */
function tolerate(explained: ExplainedChange, { allowPending }: LiveCheckOptions): ExplainedChange {
  const isPassed = explained.change.class === 'order' || (allowPending && explained.verdict === 'pending');
  return isPassed ? { ...explained, isTolerated: true } : explained;
}

function remedyFor(changes: readonly ExplainedChange[], position: Position | undefined): string {
  const verdicts = new Set(changes.map(({ verdict }) => verdict));
  const steps = [
    verdicts.has('pending') && `run the pending migrations: ${position?.pending.join(', ') ?? ''}`,
    verdicts.has('stale report') && 'update the report: npx driftmark update',
    verdicts.has('ahead') &&
      `get the migrations that are missing here: ${position?.unknown.join(', ') ?? ''}`,
    (verdicts.has('out of band') || verdicts.has(undefined)) &&
      'make a migration of what was changed in the database, undo it there, or accept it with an ignore rule',
  ];
  return steps.filter((step) => step !== false).join('; ');
}

const noTenants = (label: string, patterns: readonly string[]) =>
  new DriftmarkError('usage', `${label} has no schema that matches ${patterns.join(', ')}.`, {
    remedy: 'Correct --schema: a name or a glob.',
  });
