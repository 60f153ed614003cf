import type { BuildEnvironment } from '../build/environment.js';
import { resolveConfig, type Config } from '../config/config.js';
import { changedSince } from '../changed-since.js';
import { failedOutcome } from '../check.js';
import { DriftmarkError } from '../errors.js';
import { exitCodeOf, worstExitCode, type Outcome } from '../outcome.js';
import { renderFailedDowns } from '../reporters/failed-downs.js';
import { harmless } from '../reporters/harmless.js';
import { withScratchServer } from '../scratch/scratch.js';
import { findTargets, type Target } from '../targets.js';
import type { CommandContext } from './context.js';
import { eachTarget } from './each-target.js';
import type { CommonOptions, ReporterOptions } from './options.js';
import { progressOn, type Progress } from './progress.js';
import { reportingTo, type Reporting } from './reporting.js';
import { requestedReporters } from './requested-reporters.js';
import type { TargetOptions } from './target-options.js';
import { textOptionsOn } from './text-options.js';

/** A job for each target: `check` or `update`. */
export type TargetJob = (target: Target, environment: BuildEnvironment, cwd: string) => Promise<Outcome>;

type SessionOptions = CommonOptions & TargetOptions & ReporterOptions;

/** Runs a job for every target on one scratch server, and reports how each fared. */
export async function runTargets(
  job: TargetJob,
  paths: readonly string[],
  options: SessionOptions,
  context: CommandContext,
): Promise<void> {
  const { host } = context;
  const flags = options.reporter ?? options.outputFile ?? [];
  const reportTo = (configured: Config['reporters']) =>
    reportingTo(requestedReporters(flags, configured ?? [], host.env), context, options);
  let reporting = reportTo([]);
  try {
    const config = await resolveConfig(options, host.env, host.cwd());
    reporting = reportTo(config.reporters);
    const targets = await meantTargets(config, paths, options);
    const outcomes = await workOff(job, targets, config, options, context, reporting);
    await reporting.finish(outcomes);
    context.exit(worstExitCode(outcomes.map(exitCodeOf)));
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted') await reporting.fail(error);
    throw error;
  }
}

/** Several targets at once; how each fared is told in the order of the targets, as soon as it is known. */
async function workOff(
  job: TargetJob,
  targets: readonly Target[],
  config: Config,
  options: SessionOptions,
  context: CommandContext,
  reporting: Reporting,
): Promise<readonly Outcome[]> {
  const { host, streams } = context;
  const cwd = host.cwd();
  if (targets.length === 0) {
    streams.err(`Nothing has changed since ${harmless(options.changedSince ?? '')}.\n`);
    return [];
  }
  const work = (target: Target, environment: BuildEnvironment) =>
    job(target, environment, cwd).catch((error: unknown) => {
      context.signal.throwIfAborted();
      return failedOutcome(target, cwd, error);
    });
  let outcomes: readonly Outcome[] = [];
  await onScratchServer(config, options, context, async (environment, progress) => {
    const tell = async (outcome: Outcome): Promise<void> => {
      progress.clear();
      if (options.quiet !== true) streams.err(renderFailedDowns(outcome, textOptionsOn('stderr', context)));
      await reporting.tell(outcome);
    };
    outcomes = await eachTarget({ targets, jobs: config.jobs, environment, work, tell });
  });
  return outcomes;
}

async function meantTargets(
  config: Config,
  paths: readonly string[],
  { changedSince: revision }: TargetOptions,
): Promise<readonly Target[]> {
  const targets = await findTargets(config, paths);
  return revision === undefined ? targets : changedSince(revision, targets, config);
}

/** Runs something on the scratch server that the config asks for. */
export async function onScratchServer(
  config: Config,
  options: CommonOptions,
  { host, streams, signal }: CommandContext,
  use: (environment: BuildEnvironment, progress: Progress) => Promise<void>,
): Promise<void> {
  const { errChalk } = streams;
  const progress = progressOn(host, options);
  const tell = (text: string): void => {
    progress.clear();
    streams.err(text);
  };
  const notice = (text: string): void => {
    tell(`${errChalk.dim('driftmark:')} ${harmless(text)}\n`);
  };
  try {
    await withScratchServer({ ...config.engine, projectDir: config.root, notice, signal }, (server) =>
      use(
        {
          server,
          notice,
          signal,
          output: (chunk) => {
            tell(chunk.toString());
          },
          progress: progress.tell,
          ...(options.verbose === true && {
            onSql: (sql: string, milliseconds: number) => {
              const line = harmless(sql.replace(/\s+/g, ' ').trim());
              tell(errChalk.dim(`${milliseconds.toFixed(1).padStart(8)} ms  ${line}\n`));
            },
          }),
        },
        progress,
      ),
    );
  } finally {
    progress.clear();
  }
}
