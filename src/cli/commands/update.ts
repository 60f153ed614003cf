import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import {
  withCommonOptions,
  withReporters,
  type CommonOptions,
  type ReporterOptions,
} from '../options/common.js';
import { runTargets } from '../session.js';
import { withTargetOptions, type TargetOptions } from '../options/target.js';

const EXAMPLES = `
Examples:
  driftmark update                        the package in this folder
  driftmark update plugins/auth
  driftmark update --report-format full   move to the full format`;

/** `driftmark update`. */
export function updateCommand(context: CommandContext): Command {
  const command = new Command('update')
    .summary('write the report of the migrations')
    .description(
      'Applies the migrations to a scratch database and writes the report of what they make, where it differs.',
    )
    .argument(
      '[targets...]',
      'package folders, or files of theirs (default: those of the config, or this folder)',
    )
    .addHelpText('after', EXAMPLES);
  return withReporters(withCommonOptions(withTargetOptions(command))).action(
    (paths: string[], options: CommonOptions & TargetOptions & ReporterOptions) =>
      runTargets(async () => (await import('../../operations/update.js')).update, paths, options, context),
  );
}
