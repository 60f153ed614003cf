import { createHash } from 'node:crypto';
import type { WithScratchServer } from '../scratch/types.js';
import {
  compareByMeaning,
  incomparableError,
  incomparableRemarks,
  type Comparison,
} from '../equivalence/equivalence.js';
import type { IgnoreRule } from '../config/ignore-rule.js';
import { applyPolicy, type FailPolicy } from './fail-policy.js';
import type { ExplainedChange, LiveFacts, Outcome } from '../outcome.js';
import { asWritten, render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { renameNamespace } from '../schema/rename-namespace.js';
import { classifyChanges } from './classify.js';
import { withoutComputed } from './without-computed.js';
import { ignoreChanges, ruleWarnings, type IgnoreOptions } from './ignore.js';
import { wordPattern, renameInText, mentionsIn, PLACEHOLDER_SCHEMA } from './tenant-name.js';
import { positionOf, type History, type Position, type RecordedMigrations } from './position.js';

/** What live databases are compared with, and how. */
export interface LiveComparatorOptions {
  readonly report: Report;
  /** The text of the committed report. */
  readonly text: string;
  /** The path of the report, relative to the working directory. */
  readonly file: string;
  /** The command that writes the report. */
  readonly updateCommand: string;
  readonly ignore: IgnoreOptions;
  readonly policy: FailPolicy;
  /** Whether a database may lack the newest migrations. */
  readonly allowPending: boolean;
  /** The schemas that the project's migrations create; undefined without migrations. Called if something differs. */
  readonly history: () => Promise<History | undefined>;
  /** Takes notices. Each may come several times. */
  readonly notice: (text: string) => void;
  /** The working directory. */
  readonly cwd: string;
  /** Where expressions that differ are re-created. Called if there are any. */
  readonly withScratchServer: WithScratchServer;
}

/** A schema that was read from a live database. */
export interface LiveSchema {
  readonly schema: Schema;
  /** The name of the tenant schema, if the report's only schema has another name. */
  readonly tenant?: string;
  /** The migrations that the history table lists; undefined without a history table. */
  readonly applied?: RecordedMigrations | undefined;
  /** The role that read it, and the roles through which that role may read. */
  readonly readers?: readonly string[];
}

/** The result for one live schema. Equal schemas share one. */
export interface LiveComparison {
  readonly facts: Pick<LiveFacts, 'fingerprint' | 'leftOut' | 'pending' | 'unknown'>;
  readonly result: Outcome['result'];
}

export interface LiveComparator {
  readonly compare: (live: LiveSchema) => Promise<LiveComparison>;
  /** Whether the report contains a name. A tenant with such a name does not share its result with other tenants. */
  readonly isMentioned: (name: string) => boolean;
  /** Warnings on the ignore rules. Call it after the last comparison. */
  readonly ruleWarnings: () => readonly string[];
}

/**
 * The number of different results that keep both reports for their diff: each database of a fleet may have drifted
 * differently.
 */
const MAX_DIFFERENCES = 20;

/** Compares live schemas with a report. A schema that was seen before is not compared again. */
export function createLiveComparator(options: LiveComparatorOptions): LiveComparator {
  const { report } = options;
  const known = new Map<string, Promise<LiveComparison>>();
  const used = new Set<IgnoreRule>();
  let differences = 0;
  const isMentioned = mentionsIn(report.schema);
  const tools: Tools = {
    ...options,
    withScratchServer: oneAtATime(options.withScratchServer),
    onUsedRule: (rule) => used.add(rule),
    keepsText: () => differences++ < MAX_DIFFERENCES,
  };
  return {
    compare: ({ schema, tenant, applied, readers = [] }) => {
      const live = tenant === undefined ? schema : withBaselineNames(schema, tenant, report.schema);
      // A report of the live schema: what the format cannot express is not a difference.
      const written = asWritten({ ...report, schema: live });
      const key = hash(JSON.stringify([written.text, applied ?? null, readers]));
      const comparison =
        known.get(key) ??
        compareWithReport(
          {
            schema: written.report.schema,
            applied,
            readers,
            ownName: tenant !== undefined && !isMentioned(tenant) ? tenant : undefined,
          },
          tools,
        );
      known.set(key, comparison);
      return comparison;
    },
    isMentioned,
    ruleWarnings: () => ruleWarnings(options.ignore, known.size === 0 ? new Set(options.ignore.rules) : used),
  };
}

interface Tools extends LiveComparatorOptions {
  readonly onUsedRule: (rule: IgnoreRule) => unknown;
  readonly keepsText: () => boolean;
}

interface Written {
  readonly schema: Schema;
  readonly applied: RecordedMigrations | undefined;
  readonly readers: readonly string[];
  /** The tenant's name, if it can only mean the schema. */
  readonly ownName: string | undefined;
}

async function compareWithReport(
  { schema: live, applied, readers, ownName }: Written,
  tools: Tools,
): Promise<LiveComparison> {
  const { report, text, file } = tools;
  const remaining = ignoreChanges({ report: report.schema, live, readers }, tools.ignore);
  remaining.used.forEach(tools.onUsedRule);
  const {
    changes,
    incomparable,
    to: schema,
  } = await withoutComputed(await differencesFrom(remaining.schema, tools), report.schema, tools);
  const facts = { fingerprint: fingerprintOf(report, schema, ownName), leftOut: remaining.leftOut };
  if (changes.length + incomparable.length === 0)
    return { facts, result: { type: 'in-sync', tables: schema.objects.table.length } };
  const { classified, position } = await classify(changes, schema, applied, tools);
  const marked = markAllowed(classified, tools);
  if (incomparable.length > 0 && marked.every(({ isAllowed }) => isAllowed === true))
    return {
      facts: { ...facts, ...position },
      result: { type: 'failed', error: incomparableError(incomparable) },
    };
  const difference = {
    before: text,
    after: render({ ...report, schema }),
    names: { before: file, after: 'database' },
  };
  return {
    facts: { ...facts, ...position },
    result: {
      type: 'drift',
      reason: 'live',
      changes: marked,
      remarks: incomparableRemarks(incomparable),
      ...(marked.some(({ verdict }) => verdict === 'stale report') && { remedy: tools.updateCommand }),
      ...(tools.keepsText() && { difference }),
    },
  };
}

/** The changes from the report to a live schema, whichever PostgreSQL version printed its expressions. */
async function differencesFrom(to: Schema, { report, withScratchServer }: Tools): Promise<Comparison> {
  const schemas = { from: report.schema, to };
  return report.format === 'full'
    ? compareByMeaning(schemas, withScratchServer)
    : { changes: compare(schemas), incomparable: [], to };
}

/** Many databases may have drifted at the same time. One scratch server is enough for them. */
function oneAtATime(withScratchServer: WithScratchServer): WithScratchServer {
  let last: Promise<unknown> = Promise.resolve();
  return (use) => {
    const result = last.then(() => withScratchServer(use));
    last = result.catch(() => undefined);
    return result;
  };
}

/** A tenant schema under the name of the report's schema. */
function withBaselineNames(schema: Schema, tenant: string, baseline: Schema): Schema {
  const home = baseline.namespaces[0] ?? 'public';
  const renamed = renameInText(baseline, renameNamespace(schema, tenant, home), { tenant, home });
  if (home !== 'public' || tenant === 'public') return renamed;
  // initdb sets the owner and the privileges of `public`. They say nothing about the schema of a tenant.
  return { ...renamed, objects: { ...renamed.objects, namespace: baseline.objects.namespace } };
}

async function classify(
  changes: readonly Change[],
  live: Schema,
  applied: RecordedMigrations | undefined,
  { history }: Tools,
): Promise<{
  classified: readonly ExplainedChange[];
  position?: Pick<Position, 'pending' | 'unknown'>;
}> {
  const known = await history();
  if (!known) return { classified: changes.map((change) => ({ change })) };
  const position = positionOf(live, known, applied);
  const { pending, unknown } = position;
  return { classified: classifyChanges(changes, live, known, position), position: { pending, unknown } };
}

/** Marks the changes that do not fail. The order of columns may differ if branches were merged in another order. */
function markAllowed(
  changes: readonly ExplainedChange[],
  { policy, allowPending }: Tools,
): readonly ExplainedChange[] {
  const orderFails = policy.failOn?.includes('order') === true;
  return applyPolicy(changes, policy).map((explained) => {
    const isAllowed =
      (explained.change.class === 'order' && !orderFails) ||
      (allowPending && explained.verdict === 'pending');
    return isAllowed ? { ...explained, isAllowed: true } : explained;
  });
}

/** Equal for databases with the same schema, whatever the names of the report and of the schema are. */
function fingerprintOf({ format }: Report, schema: Schema, ownName: string | undefined): string {
  const text = render({ format, name: '', command: '', irreversible: [], schema });
  return hash(ownName === undefined ? text : text.replace(wordPattern(ownName), PLACEHOLDER_SCHEMA)).slice(
    0,
    12,
  );
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
