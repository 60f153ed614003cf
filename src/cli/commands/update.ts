import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import {
  withConfigOptions,
  withOutputOptions,
  withReporters,
  withReportOptions,
  withScratchOptions,
  type OutputOptions,
  type ReporterOptions,
  type SettingOptions,
} from '../options/common.js';
import { withTargetOptions, type TargetOptions } from '../options/target.js';
import { runTargets } from '../session.js';

const EXAMPLES = `
Examples:
  driftmark update                        the package in this folder
  driftmark update plugins/auth           this package
  driftmark update --report-format full   change the format of the report`;

/** `driftmark update`. */
export function updateCommand(context: CommandContext): Command {
  const command = new Command('update')
    .summary('write the report of the migrations')
    .description(
      'Applies the migrations to a scratch database and writes the report of the resulting schema, if it changed.',
    )
    .addHelpText('after', EXAMPLES);
  for (const add of [
    withTargetOptions,
    withConfigOptions,
    withReportOptions,
    withReporters,
    withOutputOptions,
    withScratchOptions,
  ])
    add(command);
  return command.action(
    (paths: string[], options: SettingOptions & OutputOptions & TargetOptions & ReporterOptions) =>
      runTargets(async () => (await import('../../operations/update.js')).update, paths, options, context),
  );
}
