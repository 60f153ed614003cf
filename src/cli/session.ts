import { resolveConfig, type Config } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import { exitCodeOf, worstExitCode, type Outcome } from '../outcome.js';
import type { BuildEnvironment } from '../replay/environment.js';
import type { WithScratchServer } from '../scratch/types.js';
import type { CommandContext } from './context.js';
import type { OutputOptions, ReporterOptions, SettingOptions } from './options/common.js';
import { requestedReporters } from './options/reporters.js';
import { namesCommand, withInvocation } from './output/invocation.js';
import { progressOn } from './output/progress.js';
import type { Progress } from './output/progress-lines.js';
import type { Reporting } from './output/reporting.js';
import { noticesTo, statementsTo } from './output/stderr.js';

/** What a command works with after its options and the config have been read. */
export interface Session {
  readonly config: Config;
  readonly progress: Progress;
  readonly notice: (text: string) => void;
  readonly withScratchServer: WithScratchServer<BuildEnvironment>;
}

/** Reads the config, and shows the progress of the work until it ends. */
export async function withSession<T>(
  options: SettingOptions & OutputOptions,
  context: CommandContext,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { host, streams } = context;
  const print = noticesTo(context, options);
  const config = await resolveConfig(options, host.env, host.cwd(), print);
  const notice = (text: string): void => {
    if (namesCommand(text))
      void context.invocation().then((invocation) => {
        print(withInvocation(text, invocation));
      });
    else print(text);
  };
  const progress = await progressOn(host, streams, options);
  try {
    const withScratchServer = scratchServerIn(context, config, { options, notice, progress });
    return await work({ config, progress, notice, withScratchServer });
  } finally {
    progress.stop();
  }
}

/** Starts scratch servers whose events go to the streams, the progress and the timings of the command. */
function scratchServerIn(
  { streams, signal, timings }: CommandContext,
  config: Config,
  { options, notice, progress }: Pick<Session, 'notice' | 'progress'> & { readonly options: OutputOptions },
): WithScratchServer<BuildEnvironment> {
  return async (use) => {
    const { scratchServerOf } = await import('../operations/run-targets.js');
    const withServer = scratchServerOf(config, {
      notice,
      signal,
      output: (chunk) => {
        if (options.quiet !== true) streams.err(chunk.toString());
      },
      progress: progress.step,
      onPhase: timings.add,
      ...(options.verbose === true && { onSql: statementsTo(streams.err, streams.errChalk) }),
    });
    const began = performance.now();
    timings.add('loading', began);
    let ended = began;
    const result = await withServer(async (environment) => {
      environment.server.then(
        () => {
          timings.add('server start', performance.now() - began);
          progress.ready();
        },
        () => undefined,
      );
      const found = await use(environment);
      ended = performance.now();
      return found;
    });
    timings.add('clean-up', performance.now() - ended);
    return result;
  };
}

/** What a command found, apart from what has been printed already. */
interface CommandResult {
  readonly outcomes: readonly Outcome[];
  /** Sentences that belong to no outcome. */
  readonly warnings?: readonly string[];
}

/** Does the work of a command, reports what it found, and sets the exit code. */
export async function withReporting(
  options: SettingOptions & OutputOptions & ReporterOptions,
  context: CommandContext,
  work: (session: Session, loadReporting: () => Promise<Reporting>) => Promise<CommandResult>,
): Promise<void> {
  const { env } = context.host;
  const flags = options.reporter ?? options.outputFile ?? [];
  let requests = requestedReporters(flags, [], env);
  const loadReporting = async (): Promise<Reporting> => {
    const [{ reportingTo }, invocation] = await Promise.all([
      import('./output/reporting.js'),
      context.invocation(),
    ]);
    return reportingTo(requests, context, { ...options, invocation });
  };
  try {
    await withSession(options, context, async (session) => {
      requests = requestedReporters(flags, session.config.reporters ?? [], env);
      const { outcomes, warnings = [] } = await work(session, loadReporting);
      session.progress.stop();
      await (await loadReporting()).finish(outcomes, warnings);
      context.exit(worstExitCode(outcomes.map(exitCodeOf)));
    });
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted')
      await (await loadReporting()).fail(error);
    throw error;
  }
}
