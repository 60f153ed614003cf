import type { BuildEnvironment } from '../replay/environment.js';
import { resolveConfig, type Config } from '../config/config.js';
import { changedSince } from '../project/changed-since.js';
import { DriftmarkError } from '../errors.js';
import type { TargetJob } from '../operations/run-targets.js';
import { exitCodeOf, worstExitCode, type Outcome } from '../outcome.js';
import { escapeControls } from '../util/escape-controls.js';
import { withStartingServer } from '../scratch/scratch.js';
import { findTargets, type Target } from '../project/targets.js';
import type { CommandContext } from './context.js';
import type { CommonOptions, ReporterOptions } from './options/common.js';
import { progressOn, type Progress } from './output/progress.js';
import { noticesTo, statementsTo } from './output/stderr.js';
import type { Reporting } from './output/reporting.js';
import { requestedReporters } from './options/reporters.js';
import type { TargetOptions } from './options/target.js';
import { textOptionsFor } from './output/text-options.js';

type SessionOptions = CommonOptions & TargetOptions & ReporterOptions;

/**
 * Runs a job for every target on one scratch server, and reports how each fared. The job and the reporters are loaded
 * while the server starts.
 */
export function runTargets(
  loadJob: () => Promise<TargetJob>,
  paths: readonly string[],
  options: SessionOptions,
  context: CommandContext,
): Promise<void> {
  return withReporting(options, context, async (config, loadReporting) => {
    const targets = await selectTargets(config, paths, options);
    return { outcomes: await runJobs({ loadJob, loadReporting }, targets, config, options, context) };
  });
}

/** What a command found out, beside what it told already. */
export interface Found {
  readonly outcomes: readonly Outcome[];
  /** Sentences that are about none of them in particular. */
  readonly warnings?: readonly string[];
}

/** Does the work of a command, reports what it found, and sets the exit code. */
export async function withReporting(
  options: CommonOptions & ReporterOptions,
  context: CommandContext,
  work: (config: Config, loadReporting: () => Promise<Reporting>) => Promise<Found>,
): Promise<void> {
  const { host } = context;
  const flags = options.reporter ?? options.outputFile ?? [];
  let requests = requestedReporters(flags, [], host.env);
  const loadReporting = async (): Promise<Reporting> => {
    const { reportingTo } = await import('./output/reporting.js');
    return reportingTo(requests, context, options);
  };
  try {
    const config = await resolveConfig(options, host.env, host.cwd());
    requests = requestedReporters(flags, config.reporters ?? [], host.env);
    const { outcomes, warnings = [] } = await work(config, loadReporting);
    await (await loadReporting()).finish(outcomes, warnings);
    context.exit(worstExitCode(outcomes.map(exitCodeOf)));
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted')
      await (await loadReporting()).fail(error);
    throw error;
  }
}

interface Loaders {
  readonly loadJob: () => Promise<TargetJob>;
  readonly loadReporting: () => Promise<Reporting>;
}

/** Several targets at once; how each fared is told in the order of the targets, as soon as it is known. */
async function runJobs(
  { loadJob, loadReporting }: Loaders,
  targets: readonly Target[],
  config: Config,
  options: SessionOptions,
  context: CommandContext,
): Promise<readonly Outcome[]> {
  const { host, streams } = context;
  const cwd = host.cwd();
  if (targets.length === 0) {
    streams.err(nothingChangedMessage(options));
    return [];
  }
  const work = async (environment: BuildEnvironment, progress: Progress): Promise<readonly Outcome[]> => {
    const [job, reporting, { eachTarget }, { renderFailedDowns }] = await Promise.all([
      loadJob(),
      loadReporting(),
      import('../operations/run-targets.js'),
      import('../reporters/failed-downs.js'),
    ]);
    progress.expect(targets.length);
    const shown: TargetJob = async (target, inTurn) => {
      progress.begin(target.name);
      return job(target, inTurn, cwd).finally(() => {
        progress.end(target.name);
      });
    };
    const tell = async (outcome: Outcome): Promise<void> => {
      progress.clear();
      if (streams.isMidLine()) streams.err('\n');
      if (options.quiet !== true) streams.err(renderFailedDowns(outcome, textOptionsFor('stderr', context)));
      await reporting.tell(outcome);
    };
    return eachTarget({
      targets,
      jobs: config.jobs,
      environment,
      job: shown,
      cwd,
      tell,
    });
  };
  return onScratchServer(config, options, context, work);
}

export const nothingChangedMessage = ({
  changedSince,
  quiet,
}: TargetOptions & Pick<CommonOptions, 'quiet'>) =>
  quiet === true ? '' : `Nothing has changed since ${escapeControls(changedSince ?? '')}.\n`;

/** The targets that are meant, or those of them that have changed. */
export async function selectTargets(
  config: Config,
  paths: readonly string[],
  { changedSince: revision }: TargetOptions,
): Promise<readonly Target[]> {
  const targets = await findTargets(config, paths);
  return revision === undefined ? targets : changedSince(revision, targets, config);
}

/** Runs something on the scratch server that the config asks for, which starts meanwhile. */
export async function onScratchServer<T>(
  config: Config,
  options: CommonOptions,
  { host, streams, signal, timings }: CommandContext,
  use: (environment: BuildEnvironment, progress: Progress) => Promise<T>,
): Promise<T> {
  const began = performance.now();
  timings.add('loading', began);
  let ended: number | undefined;
  const progress = progressOn(host, streams, options);
  const tell = (text: string): void => {
    progress.clear();
    streams.err(text);
  };
  const notice = noticesTo(tell, options, streams.errChalk);
  try {
    const result = await withStartingServer(
      { ...config.engine, projectDir: config.root, notice, signal },
      async (server) => {
        server.then(
          () => {
            timings.add('server start', performance.now() - began);
          },
          () => undefined,
        );
        const found = await use(
          {
            server,
            notice,
            signal,
            output: (chunk) => {
              if (options.quiet !== true) tell(chunk.toString());
            },
            progress: progress.tell,
            onPhase: timings.add,
            ...(options.verbose === true && { onSql: statementsTo(tell, streams.errChalk) }),
          },
          progress,
        );
        ended = performance.now();
        return found;
      },
    );
    if (ended !== undefined) timings.add('clean-up', performance.now() - ended);
    return result;
  } finally {
    progress.stop();
  }
}
