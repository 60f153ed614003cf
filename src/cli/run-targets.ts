import { runTargets as runAll, type TargetJob } from '../operations/run-targets.js';
import { selectTargets } from '../operations/select-targets.js';
import { escapeControls } from '../util/escape-controls.js';
import type { CommandContext } from './context.js';
import type { OutputOptions } from './options/common.js';
import type { TargetCommandOptions } from './options/option-sets.js';
import type { TargetOptions } from './options/target.js';
import { textOptionsFor } from './output/text-options.js';
import { withReporting } from './session.js';

/**
 * Runs a job for every target on one scratch server, and reports each outcome.
 * @param job loads the job, while the server starts, as the reporters do.
 */
export function runTargets(
  job: () => Promise<TargetJob>,
  paths: readonly string[],
  options: TargetCommandOptions,
  context: CommandContext,
): Promise<void> {
  const { streams, spare } = context;
  return withReporting(options, context, async ({ config, progress, withScratchServer }, loadReporting) => {
    const targets = await selectTargets(config, paths, options.changedSince);
    if (targets.length === 0) streams.err(nothingChangedMessage(options));
    progress.expect(targets.length, 'target');
    const outcomes = await runAll({
      config,
      targets,
      withScratchServer,
      job,
      ...(spare && { spare }),
      onBegin: ({ name }) => {
        progress.begin(name);
      },
      onEnd: ({ name }) => {
        progress.end(name);
      },
      onOutcome: async (outcome) => {
        const [reporting, { renderFailedDowns }] = await Promise.all([
          loadReporting(),
          import('../reporters/failed-downs.js'),
        ]);
        if (streams.isMidLine()) streams.err('\n');
        if (options.quiet !== true)
          streams.err(renderFailedDowns(outcome, textOptionsFor('stderr', context)));
        await reporting.print(outcome);
      },
    });
    return { outcomes };
  });
}

export const nothingChangedMessage = ({
  changedSince,
  quiet,
}: TargetOptions & Pick<OutputOptions, 'quiet'>): string =>
  quiet === true ? '' : `Nothing has changed since ${escapeControls(changedSince ?? '')}.\n`;
