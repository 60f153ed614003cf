import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReporterConfig } from '../../config/config.js';
import type { DriftmarkError } from '../../errors.js';
import type { Fleet } from '../../operations/check-live/check-live.js';
import { exitCodeOf, worstExitCode, type Outcome } from '../../outcome.js';
import { renderErrorAnnotation } from '../../reporters/github.js';
import { renderMarkdown, renderMarkdownError, SUMMARY_LIMIT } from '../../reporters/markdown.js';
import { REPORTERS, type Reporter, type ReporterOptions } from '../../reporters/reporters.js';
import { renderClosing, renderMember } from '../../reporters/fleet-text.js';
import { renderText } from '../../reporters/text.js';
import type { CommandContext } from '../context.js';
import { errorWithInvocation, outcomeWithInvocation } from './invocation.js';
import { driftmarkVersion } from '../../util/package-info.js';
import { textOptionsInFile, textOptionsFor } from './text-options.js';
import { cannotWrite, writeOutput } from './write-output.js';

/** Prints each outcome when it is known, and all of them at the end. */
export interface Reporting {
  /** Called for each outcome: in the order of the targets, or for each database of a fleet when it finishes. */
  readonly print: (outcome: Outcome, fleet?: Fleet) => Promise<void>;
  /** Called once with all outcomes, and with warnings that are not about a single outcome. */
  readonly finish: (outcomes: readonly Outcome[], warnings?: readonly string[]) => Promise<void>;
  /** Called instead of `finish` if an error prevented all outcomes. */
  readonly fail: (error: DriftmarkError) => Promise<void>;
}

interface ReportingOptions {
  readonly quiet?: boolean;
  readonly diff?: boolean;
  /** How driftmark is run in this project. */
  readonly invocation: string;
}

/**
 * Prints with the requested reporters. The reporter `text` prints each outcome on stdout immediately, so that the user
 * sees the progress. All other reporters print at the end.
 */
export function reportingTo(
  requests: readonly ReporterConfig[],
  context: CommandContext,
  { quiet = false, diff, invocation }: ReportingOptions,
): Reporting {
  const { host, streams } = context;
  const cwd = host.cwd();
  const diffOption = diff === undefined ? {} : { diff };
  const live = { ...textOptionsFor('stdout', context), ...diffOption };
  const inFile: ReporterOptions = {
    ...textOptionsInFile(cwd),
    ...diffOption,
    workspace: host.env.GITHUB_WORKSPACE ?? host.env.CI_PROJECT_DIR ?? cwd,
    version: driftmarkVersion(),
  };
  const isPrinted = (outcome: Outcome) => !quiet || exitCodeOf(outcome) !== 0;
  const isGithub = requests.some(({ name }) => name === 'github');
  /** Renders only if the summary is wanted: for large reports, that takes long. */
  const writeJobSummary = async (text: () => string): Promise<void> => {
    const summary = host.env.GITHUB_STEP_SUMMARY ?? '';
    if (isGithub && summary !== '') await appendFile(summary, text()).catch(cannotWrite(summary));
  };
  return {
    print: async (found, fleet) => {
      if (!requests.some(isLive) || !isPrinted(found)) return;
      const outcome = outcomeWithInvocation(found, invocation);
      await streams.out(fleet ? renderMember(outcome, live, fleet) : renderText(outcome, live));
    },
    finish: async (found, warnings = []) => {
      const outcomes = found.map((each) => outcomeWithInvocation(each, invocation));
      const isQuiet = quiet && worstExitCode(outcomes.map(exitCodeOf)) === 0;
      for (const request of requests) {
        const { name, outputFile } = request;
        const render: Reporter = await REPORTERS[name].load();
        const text = isLive(request)
          ? renderClosing(isQuiet ? [] : outcomes, live)
          : render(name === 'text' ? outcomes.filter(isPrinted) : outcomes, { ...inFile, warnings });
        await (outputFile === undefined
          ? streams.out(text)
          : writeOutput(path.resolve(cwd, outputFile), text));
      }
      if (!isQuiet) await writeJobSummary(() => renderMarkdown(outcomes, inFile, SUMMARY_LIMIT));
    },
    fail: async (failure) => {
      if (!isGithub) return;
      const error = errorWithInvocation(failure, invocation);
      await streams.out(renderErrorAnnotation(error, inFile));
      await writeJobSummary(() => renderMarkdownError(error, inFile));
    },
  };
}

const isLive = ({ name, outputFile }: ReporterConfig) => name === 'text' && outputFile === undefined;
