import path from 'node:path';
import pMap from 'p-map';
import type { Config } from '../../config/config.js';
import { DEFAULT_PRESETS, type PresetName } from '../../config/presets.js';
import { policyOf, type FailPolicy } from '../../drift/fail-policy.js';
import { readHistory } from '../../drift/history.js';
import { createLiveComparator, type LiveComparator } from '../../drift/live-comparator.js';
import type { History } from '../../drift/position.js';
import { DriftmarkError } from '../../errors.js';
import { labelOf, type Address } from '../../live/connection/address.js';
import { failedOutcome, type Outcome } from '../../outcome.js';
import type { Target } from '../../project/targets.js';
import { platformNameOf } from '../../replay/platforms/platforms.js';
import type { BuildEnvironment } from '../../replay/environment.js';
import type { WithScratchServer } from '../../scratch/types.js';
import { createLimit, type Limit } from '../../util/concurrency-limit.js';
import { widestOf } from '../../util/display-width.js';
import { omitUndefined } from '../../util/omit-undefined.js';
import { updateCommand } from '../update-command.js';
import { readBaseline, resolveScope, type LiveScope } from './baseline.js';
import { checkDatabase } from './check-database.js';
import type { TargetDatabases } from './databases.js';
import { RETRIES } from './retries.js';

/** How many databases are checked in parallel by default. Databases that do not answer are not counted. */
const JOBS = 8;

/** What is checked, and how. */
export interface LiveCheck {
  readonly config: Config;
  readonly databases: readonly TargetDatabases[];
  /** The schemas to compare. If a report covers one schema: globs for the tenant schemas that are compared with it. */
  readonly schemas?: readonly string[] | undefined;
  /** Stronger than the settings of a target. */
  readonly policy?: FailPolicy;
  readonly allowPending?: boolean | undefined;
  readonly retries?: number | undefined;
  /** Starts the scratch server, if migrations must run to explain a drift or expressions must be compared. */
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
  /** Receives each notice once, however many databases it is true of. */
  readonly notice: (text: string) => void;
  readonly signal?: AbortSignal | undefined;
  readonly events?: LiveCheckEvents;
}

/** Called while databases are checked. */
interface LiveCheckEvents {
  /** The number of databases, before the first is checked. */
  readonly onStart?: (databases: number) => void;
  /** Before each attempt to connect to a database and read it. `attempt` counts from 1. */
  readonly onAttempt?: (database: string, attempt: number, attempts: number) => void;
  /** Each outcome as soon as it is known. The check of that database waits for the promise. */
  readonly onOutcome?: (outcome: Outcome, fleet: Fleet | undefined) => Promise<void>;
  readonly onEnd?: (database: string) => void;
}

/** A target is compared with several databases, or with several tenant schemas. */
export interface Fleet {
  /** The only database, if all outcomes are tenant schemas of one. */
  readonly database?: string;
  /** The display width of the longest name of a database, for aligned lines. */
  readonly nameWidth?: number;
}

/** What a live check found. */
export interface LiveCheckResult {
  /** In the order of the databases; for tenant schemas, one for each. */
  readonly outcomes: readonly Outcome[];
  /** Sentences about unused and expired ignore rules. */
  readonly warnings: readonly string[];
}

/**
 * Compares live databases with the reports of their targets. Reads only.
 * @throws {DriftmarkError} code `interrupted`. A database that cannot be read is an outcome.
 */
export async function checkLive(check: LiveCheck): Promise<LiveCheckResult> {
  const { config, databases, signal, events = {} } = check;
  const notice = once(check.notice);
  const limit = createLimit(config.jobs ?? JOBS);
  const jobs: TargetCheck[] = [];
  for (const each of databases) jobs.push(await prepare(each, { ...check, notice }, limit));
  const fleet = fleetOf(jobs);
  const checks = jobs.flatMap(({ addresses, check: run }) => addresses.map((address) => ({ address, run })));
  events.onStart?.(checks.length);
  const found = await pMap(
    checks,
    ({ address, run }) =>
      limit.run(async () => {
        const outcomes: Outcome[] = [];
        for await (const outcome of run(address)) {
          await events.onOutcome?.(outcome, fleet);
          outcomes.push(outcome);
        }
        events.onEnd?.(labelOf(address));
        return outcomes;
      }),
    signal && { signal },
  );
  const outcomes = found.flat();
  const warnings = jobs.flatMap((job) => job.warnings());
  for (const text of [...warnings, ...uncoveredSchemas(outcomes)]) notice(text);
  return { outcomes, warnings };
}

/** A target's report, and how each of its databases is compared with it. */
interface TargetCheck {
  readonly addresses: readonly Address[];
  /** Whether each database gives an outcome for each of several tenant schemas. */
  readonly hasTenants: boolean;
  readonly check: (address: Address) => AsyncIterable<Outcome>;
  /** To be called after all databases have been checked. */
  readonly warnings: () => readonly string[];
}

/** Reads the report, once for all databases. If the report is missing, that is the only outcome of the target. */
async function prepare(
  { target, addresses }: TargetDatabases,
  check: LiveCheck,
  limit: Limit,
): Promise<TargetCheck> {
  const { schemas, notice, signal, retries = RETRIES, events, config } = check;
  let scope: LiveScope;
  try {
    scope = resolveScope(schemas, await readBaseline(target, config.cwd));
  } catch (error) {
    const outcome = failedOutcome(target, config.cwd, error);
    return {
      addresses: addresses.slice(0, 1),
      hasTenants: false,
      check: () => only(outcome),
      warnings: () => [],
    };
  }
  const { baseline, tenants } = scope;
  const comparator = comparatorFor(scope, check);
  return {
    addresses,
    hasTenants: tenants !== undefined,
    check: (address) =>
      checkDatabase(baseline, address, {
        comparator,
        retries,
        notice,
        yieldWhile: limit.yieldWhile,
        onAttempt: (attempt, attempts) => events?.onAttempt?.(labelOf(address), attempt, attempts),
        ...(signal && { signal }),
        ...(tenants && { tenants }),
      }),
    warnings: comparator.ruleWarnings,
  };
}

async function* only(outcome: Outcome): AsyncGenerator<Outcome> {
  yield await Promise.resolve(outcome);
}

function comparatorFor({ baseline }: LiveScope, check: LiveCheck): LiveComparator {
  const { target, report, text, file } = baseline;
  const { settings } = target;
  let history: Promise<History | undefined> | undefined;
  return createLiveComparator({
    report,
    text,
    file,
    updateCommand: updateCommand(path.relative(check.config.cwd, target.dir)),
    ignore: {
      presets: [...new Set([...DEFAULT_PRESETS, ...presetsOf(target), ...(settings.presets ?? [])])],
      rules: settings.ignore ?? [],
      today: new Date().toISOString().slice(0, 10),
    },
    policy: { ...policyOf(settings), ...omitUndefined(check.policy ?? {}) },
    allowPending: check.allowPending ?? settings.allowPending ?? false,
    history: () => (history ??= explainingHistory(baseline, check)),
    notice: check.notice,
    cwd: check.config.cwd,
    withScratchServer: check.withScratchServer,
  });
}

/** A hosted database has what its platform adds. */
function presetsOf(target: Target): readonly PresetName[] {
  const platform = platformNameOf(target);
  return platform === 'none' ? [] : [platform];
}

/** The migrations only explain differences. If they cannot run, the differences are reported without explanation. */
async function explainingHistory(
  { target, report }: LiveScope['baseline'],
  { withScratchServer, notice }: LiveCheck,
): Promise<History | undefined> {
  try {
    return await readHistory(target, report.format, withScratchServer);
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    notice(`cannot attribute the differences: the migrations failed: ${error.message}`);
    return undefined;
  }
}

function fleetOf(jobs: readonly TargetCheck[]): Fleet | undefined {
  const addresses = jobs.flatMap((job) => job.addresses);
  const hasTenants = jobs.some((job) => job.hasTenants);
  if (addresses.length === jobs.length && !hasTenants) return undefined;
  const [first, ...others] = addresses;
  if (hasTenants) return first && others.length === 0 ? { database: labelOf(first) } : {};
  return { nameWidth: widestOf(addresses.map(labelOf)) };
}

function once(notice: (text: string) => void): (text: string) => void {
  const given = new Set<string>();
  return (text) => {
    if (!given.has(text)) notice(text);
    given.add(text);
  };
}

const MAX_SCHEMAS_LISTED = 20;

/** A shared database may contain schemas that belong to others. They are only named. */
function uncoveredSchemas(outcomes: readonly Outcome[]): readonly string[] {
  const having = outcomes.filter(({ live }) => live && live.otherSchemas.length > 0);
  const names = [...new Set(having.flatMap(({ live }) => live?.otherSchemas ?? []))].sort();
  const [first] = having;
  if (!first?.live) return [];
  const who = having.length === 1 ? first.live.database : `${having.length} databases`;
  const more = names.length > MAX_SCHEMAS_LISTED ? ` and ${names.length - MAX_SCHEMAS_LISTED} more` : '';
  return [
    `${who} also ${having.length === 1 ? 'has' : 'have'} schemas that ${first.report} does not cover: ${names.slice(0, MAX_SCHEMAS_LISTED).join(', ')}${more}`,
  ];
}
