import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BuildEnvironment } from '../build/environment.js';
import { resolveConfig, type Config } from '../config/config.js';
import { changedSince } from '../changed-since.js';
import { failedOutcome } from '../check.js';
import { exitCodeOf, worstExitCode, type Outcome } from '../outcome.js';
import { harmless } from '../reporters/harmless.js';
import { renderJson } from '../reporters/json.js';
import { renderFailedDowns, renderText } from '../reporters/text.js';
import { withScratchServer } from '../scratch/scratch.js';
import { findTargets, type Target } from '../targets.js';
import type { CommonOptions } from './options.js';
import type { CommandContext } from './context.js';
import { eachTarget } from './each-target.js';
import { progressOn } from './progress.js';
import type { TargetOptions } from './target-options.js';

/** A job for each target: `check` or `update`. */
export type TargetJob = (target: Target, environment: BuildEnvironment, cwd: string) => Promise<Outcome>;

/** Runs a job for every target on one scratch server, and prints how each fared. */
export async function runTargets(
  job: TargetJob,
  paths: readonly string[],
  options: CommonOptions & TargetOptions,
  context: CommandContext,
): Promise<void> {
  const { host, streams, exit } = context;
  const cwd = host.cwd();
  const config = await resolveConfig(options, host.env, cwd);
  const targets = await meantTargets(config, paths, options);
  const texts: string[] = [];
  const tell = async (outcome: Outcome): Promise<void> => {
    if (options.quiet !== true) streams.err(renderFailedDowns(outcome, streams.errChalk));
    if (options.reporter === 'json') return;
    if (options.quiet === true && exitCodeOf(outcome) === 0) return;
    const text = renderText(outcome, { chalk: streams.outChalk, cwd });
    texts.push(text);
    if (options.outputFile === undefined) await streams.out(text);
  };
  const work = (target: Target, environment: BuildEnvironment) =>
    job(target, environment, cwd).catch((error: unknown) => {
      context.signal.throwIfAborted();
      return failedOutcome(target, cwd, error);
    });
  let outcomes: readonly Outcome[] = [];
  if (targets.length > 0)
    await onScratchServer(config, options, context, async (environment) => {
      outcomes = await eachTarget({ targets, jobs: config.jobs, environment, work, tell });
    });
  else streams.err(`Nothing has changed since ${harmless(options.changedSince ?? '')}.\n`);
  const result = options.reporter === 'json' ? renderJson(outcomes) : texts.join('');
  if (options.outputFile !== undefined) await writeFile(path.resolve(cwd, options.outputFile), result);
  else if (options.reporter === 'json') await streams.out(result);
  exit(worstExitCode(outcomes.map(exitCodeOf)));
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
  use: (environment: BuildEnvironment) => Promise<void>,
): Promise<void> {
  const { errChalk } = streams;
  const progress = progressOn(host, options);
  const notice = (text: string): void => {
    progress.clear();
    streams.err(`${errChalk.dim('driftmark:')} ${harmless(text)}\n`);
  };
  try {
    await withScratchServer({ ...config.engine, projectDir: config.root, notice, signal }, (server) =>
      use({
        server,
        notice,
        signal,
        output: (chunk) => {
          progress.clear();
          streams.err(chunk.toString());
        },
        progress: progress.tell,
        ...(options.verbose === true && {
          onSql: (sql: string, milliseconds: number) => {
            progress.clear();
            streams.err(
              errChalk.dim(`${milliseconds.toFixed(1).padStart(8)} ms  ${sql.replace(/\s+/g, ' ').trim()}\n`),
            );
          },
        }),
      }),
    );
  } finally {
    progress.clear();
  }
}
