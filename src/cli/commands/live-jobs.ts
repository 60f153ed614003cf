import { checkLive } from '../../operations/check-live/check-live.js';
import type { Config } from '../../config/config.js';
import { omitUndefined } from '../../util/omit-undefined.js';
import { DEFAULT_PRESETS } from '../../config/presets.js';
import { DriftmarkError } from '../../errors.js';
import { policyOf } from '../../drift/fail-policy.js';
import type { Address } from '../../live/connection/address.js';
import { failedOutcome, type Outcome } from '../../outcome.js';
import { resolveScope, readReference, type LiveScope } from '../../operations/check-live/baseline.js';
import type { Limit } from '../../util/concurrency-limit.js';
import type { Target } from '../../project/targets.js';
import { readHistory } from '../../drift/history.js';
import { createLiveComparator, type LiveComparator } from '../../drift/live-comparator.js';
import type { History } from '../../drift/position.js';
import type { CommandContext } from '../context.js';
import type { TargetDatabases } from '../options/live-addresses.js';
import type { FailOptions } from '../options/fail.js';
import { RETRIES, type LiveOptions } from '../options/live.js';
import type { CommonOptions, ReporterOptions } from '../options/common.js';
import { onScratchServer } from '../session.js';
import type { TargetOptions } from '../options/target.js';

export type LiveSessionOptions = CommonOptions & TargetOptions & ReporterOptions & FailOptions & LiveOptions;

/** A target's report, and how each of its databases is compared with it. */
export interface DatabaseCheck {
  readonly addresses: readonly Address[];
  /** Whether each database gives an outcome for each of several schemas. */
  readonly hasTenants: boolean;
  readonly check: (address: Address) => AsyncIterable<Outcome>;
  /** Once all have been checked: what is to be said of the ignore rules. */
  readonly warnings: () => readonly string[];
}

interface Tools {
  readonly config: Config;
  readonly options: LiveSessionOptions;
  readonly context: CommandContext;
  readonly notice: (text: string) => void;
  readonly slots: Limit;
}

/** Reads the report, once for all databases. Where there is none, that is the outcome. */
export async function prepareCheck(
  { target, addresses }: TargetDatabases,
  schemas: readonly string[] | undefined,
  tools: Tools,
): Promise<DatabaseCheck> {
  const { options, context, notice } = tools;
  let meant: LiveScope;
  try {
    meant = resolveScope(schemas, await readReference(target, context.host.cwd()));
  } catch (error) {
    const outcome = failedOutcome(target, context.host.cwd(), error);
    return {
      addresses: addresses.slice(0, 1),
      hasTenants: false,
      check: () => only(outcome),
      warnings: () => [],
    };
  }
  const { reference, tenants } = meant;
  const judge = judgeOf(meant, tools);
  return {
    addresses,
    hasTenants: tenants !== undefined,
    check: (address) =>
      checkLive(reference, address, {
        judge,
        retries: options.retries ?? RETRIES,
        notice,
        signal: context.signal,
        yieldWhile: tools.slots.yieldWhile,
        ...(tenants && { tenants }),
      }),
    warnings: judge.ruleWarnings,
  };
}

async function* only(outcome: Outcome): AsyncGenerator<Outcome> {
  yield await Promise.resolve(outcome);
}

function judgeOf({ reference }: LiveScope, tools: Tools): LiveComparator {
  const { target, report, text, file } = reference;
  const { settings } = target;
  const { failOn, ignore, allowPending } = tools.options;
  let history: Promise<History | undefined> | undefined;
  return createLiveComparator({
    report,
    text,
    file,
    ignore: {
      presets: [...new Set([...DEFAULT_PRESETS, ...(settings.presets ?? [])])],
      rules: settings.ignore ?? [],
      today: new Date().toISOString().slice(0, 10),
    },
    policy: { ...policyOf(settings), ...omitUndefined({ failOn, ignore }) },
    allowPending: allowPending ?? settings.allowPending ?? false,
    history: () => (history ??= historyOf(target, reference.report.format, tools)),
    withScratchServer: (use) => onScratchServer(tools.config, tools.options, tools.context, use),
  });
}

/** The migrations explain, and decide nothing: where they cannot be run, the differences stand as they are. */
async function historyOf(
  target: Target,
  format: 'full' | 'backstage',
  { config, options, context, notice }: Tools,
): Promise<History | undefined> {
  try {
    return await readHistory(target, format, (use) => onScratchServer(config, options, context, use));
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    notice(
      `where the differences come from cannot be told, for the migrations did not run: ${error.message}`,
    );
    return undefined;
  }
}
