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
import { parse, render } from '../report/formats.js';
import type { Report } from '../report/report.js';
import { compare, type Change } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { renameNamespace } from '../schema/rename-namespace.js';
import { classifyChanges } from './classify.js';
import { ignoreChanges, ruleWarnings, type IgnoreOptions } from './ignore.js';
import { wordPattern, renameInText, mentionsIn, PLACEHOLDER_SCHEMA } from './tenant-name.js';
import { positionOf, type History, type Position } from './position.js';

/** What databases are held against, and how. */
export interface LiveComparatorOptions {
  readonly report: Report;
  /** The report as it is committed. */
  readonly text: string;
  /** Its path, relative to the working directory. */
  readonly file: string;
  readonly ignore: IgnoreOptions;
  readonly policy: FailPolicy;
  /** Whether a database may lack the newest migrations. */
  readonly allowPending: boolean;
  /** What the project's migrations make, where they are at hand: asked for once something differs. */
  readonly history: () => Promise<History | undefined>;
  /** Where texts that differ are created again: asked for once there are any. */
  readonly withScratchServer: WithScratchServer;
}

/** A schema that was read of a live database. */
export interface LiveSchema {
  readonly schema: Schema;
  /** The one that is meant to be as the report's one, where that is called otherwise. */
  readonly tenant?: string;
  /** The migrations that the database says it has run; undefined where nothing says. */
  readonly applied?: readonly string[] | undefined;
}

/** What came of it. The same schemas share one. */
export interface LiveComparison {
  readonly facts: Pick<LiveFacts, 'fingerprint' | 'leftOut' | 'pending' | 'unknown'>;
  readonly result: Outcome['result'];
}

export interface LiveComparator {
  readonly compare: (found: LiveSchema) => Promise<LiveComparison>;
  /** Whether the report mentions a name: of a tenant that is called so, no other tenant tells anything. */
  readonly isMentioned: (name: string) => boolean;
  /** Sentences on the ignore rules, once all databases have been judged. */
  readonly ruleWarnings: () => readonly string[];
}

/** So many different drifts keep the text of their diff: a fleet may have drifted in as many ways as it has members. */
const MOST_DIFFERENCES = 20;

/** Holds live schemas against a report. What was seen before is not looked at again. */
export function createLiveComparator(options: LiveComparatorOptions): LiveComparator {
  const { report, ignore: leaving } = options;
  const known = new Map<string, Promise<LiveComparison>>();
  const used = new Set<IgnoreRule>();
  let differences = 0;
  const mentions = mentionsIn(report.schema);
  const inTurn = { ...options, onScratchServer: oneAtATime(options.withScratchServer) };
  return {
    compare: ({ schema, tenant, applied }) => {
      const home = report.schema.namespaces[0] ?? 'public';
      const live = tenant === undefined ? schema : withBaselineNames(schema, tenant, home, report.schema);
      const text = render({ ...report, schema: live });
      const key = hash(JSON.stringify([text, applied ?? null]));
      const judgement =
        known.get(key) ??
        compareText(
          { text, applied, ownName: tenant !== undefined && !mentions(tenant) ? tenant : undefined },
          inTurn,
          {
            use: (rule) => used.add(rule),
            keepsText: () => differences++ < MOST_DIFFERENCES,
          },
        );
      known.set(key, judgement);
      return judgement;
    },
    isMentioned: mentions,
    ruleWarnings: () => ruleWarnings(leaving, known.size === 0 ? new Set(leaving.rules) : used),
  };
}

interface Keeping {
  readonly use: (rule: IgnoreRule) => unknown;
  readonly keepsText: () => boolean;
}

interface Seen {
  /** The report of the live schema: what its format cannot say is no difference. */
  readonly text: string;
  readonly applied: readonly string[] | undefined;
  /** The tenant's name, where it can only stand for the schema. */
  readonly ownName: string | undefined;
}

async function compareText(
  { text: liveText, applied, ownName }: Seen,
  options: LiveComparatorOptions,
  { use, keepsText }: Keeping,
): Promise<LiveComparison> {
  const { report, ignore: leaving, text, file } = options;
  const left = ignoreChanges({ report: report.schema, live: parse(liveText).schema }, leaving);
  left.used.forEach(use);
  const { changes, incomparable, to: schema } = await differences(left.schema, options);
  const facts = { fingerprint: fingerprintOf(report, schema, ownName), leftOut: left.leftOut };
  if (changes.length + incomparable.length === 0)
    return { facts, result: { type: 'in-sync', tables: schema.objects.table.length } };
  const { explained, position } = await classify(changes, schema, applied, options);
  const told = markAllowed(explained, options);
  if (incomparable.length > 0 && told.every(({ isAllowed: isTolerated }) => isTolerated === true))
    return {
      facts: { ...facts, ...position },
      result: { type: 'failed', error: incomparableError(incomparable) },
    };
  const after = render({ ...report, schema });
  return {
    facts: { ...facts, ...position },
    result: {
      type: 'drift',
      reason: 'live',
      changes: told,
      remarks: incomparableRemarks(incomparable),
      ...(keepsText() && { difference: { before: text, after, names: { before: file, after: 'database' } } }),
    },
  };
}

/** What leads from the report to a live schema, whichever version's words that is in. */
async function differences(
  to: Schema,
  { report, withScratchServer: onScratchServer }: LiveComparatorOptions,
): Promise<Comparison> {
  const schemas = { from: report.schema, to };
  return report.format === 'full'
    ? compareByMeaning(schemas, onScratchServer)
    : { changes: compare(schemas), incomparable: [], to };
}

/** However many databases drift at once, one scratch server is enough. */
function oneAtATime(onScratchServer: WithScratchServer): WithScratchServer {
  let last: Promise<unknown> = Promise.resolve();
  return (use) => {
    const mine = last.then(() => onScratchServer(use));
    last = mine.catch(() => undefined);
    return mine;
  };
}

/** A tenant's schema under the name that the report's one has. */
function withBaselineNames(schema: Schema, tenant: string, home: string, report: Schema): Schema {
  const renamed = renameInText(report, renameNamespace(schema, tenant, home), { tenant, home });
  if (home !== 'public' || tenant === 'public') return renamed;
  // Who may use `public`, and who owns it, is initdb's doing, and no measure for a tenant's schema.
  return { ...renamed, objects: { ...renamed.objects, namespace: report.objects.namespace } };
}

async function classify(
  changes: readonly Change[],
  live: Schema,
  applied: readonly string[] | undefined,
  { history }: LiveComparatorOptions,
): Promise<{
  explained: readonly ExplainedChange[];
  position?: Pick<Position, 'pending' | 'unknown'>;
}> {
  const known = await history();
  if (!known) return { explained: changes.map((change) => ({ change })) };
  const position = positionOf(live, known, applied);
  const { pending, unknown } = position;
  return { explained: classifyChanges(changes, live, known, position), position: { pending, unknown } };
}

/** Marks what does not fail. Two branches that were merged in another order are no fault of a database's. */
function markAllowed(
  changes: readonly ExplainedChange[],
  { policy, allowPending }: LiveComparatorOptions,
): readonly ExplainedChange[] {
  const orderFails = policy.failOn?.includes('order') === true;
  return applyPolicy(changes, policy).map((explained) => {
    const isPassed =
      (explained.change.class === 'order' && !orderFails) ||
      (allowPending && explained.verdict === 'pending');
    return isPassed ? { ...explained, isAllowed: true } : explained;
  });
}

/** The same for databases with the same schema, whatever the report, or the schema, is called. */
function fingerprintOf({ format }: Report, schema: Schema, ownName: string | undefined): string {
  const text = render({ format, name: '', command: '', irreversible: [], schema });
  return hash(ownName === undefined ? text : text.replace(wordPattern(ownName), PLACEHOLDER_SCHEMA)).slice(
    0,
    12,
  );
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
