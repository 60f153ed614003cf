import { Command } from 'commander';
import { exitCodeOf } from '../../outcome.js';
import type { CommandContext } from '../context.js';
import { withFailOptions, type FailOptions } from '../options/fail.js';
import {
  withCommonOptions,
  withReporters,
  type CommonOptions,
  type ReporterOptions,
} from '../options/common.js';
import { requestedReporters } from '../options/reporters.js';
import { SOURCES, sourceContext } from './sources.js';

const EXAMPLES = `
${SOURCES}

Exit codes:
  0  the schemas are the same
  1  they could not be compared
  2  they differ
  3  nothing differs but texts that cannot be compared

Examples:
  driftmark diff git:main:report.sql.md report.sql.md     what this branch changes
  driftmark diff report.sql.md migrations
  driftmark diff postgres://staging/app postgres://production/app`;

type DiffOptions = CommonOptions & ReporterOptions & FailOptions;

/** `driftmark diff`. */
export function diffCommand(context: CommandContext): Command {
  const command = new Command('diff')
    .summary('compare two schemas')
    .description('Says what leads from one schema to another, wherever the two are.')
    .argument('<from>', 'a migrations folder, a report, or a database')
    .argument('<to>', 'another one')
    .addHelpText('after', EXAMPLES);
  return withReporters(withCommonOptions(withFailOptions(command))).action(
    (from: string, to: string, options: DiffOptions) => compareSources(from, to, options, context),
  );
}

async function compareSources(
  from: string,
  to: string,
  options: DiffOptions,
  context: CommandContext,
): Promise<void> {
  const [{ diff }, { reportingTo }] = await Promise.all([
    import('../../operations/diff.js'),
    import('../output/reporting.js'),
  ]);
  const sources = await sourceContext(options, context);
  const flags = options.reporter ?? options.outputFile ?? [];
  const requests = requestedReporters(flags, sources.config.reporters ?? [], context.host.env);
  const reporting = reportingTo(requests, context, options);
  const outcome = await diff({ from, to }, options, sources);
  await reporting.tell(outcome);
  await reporting.finish([outcome]);
  context.exit(exitCodeOf(outcome));
}
