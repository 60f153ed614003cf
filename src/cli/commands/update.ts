import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import { withOptions, type TargetCommandOptions } from '../options/option-sets.js';

const EXAMPLES = `
Examples:
  npx driftmark update                        the package in this folder
  npx driftmark update plugins/auth           this package
  npx driftmark update --report-format full   change the format of the report`;

/** `driftmark update`. */
export function updateCommand(context: CommandContext): Command {
  const command = new Command('update')
    .summary('write the report of the migrations')
    .description(
      'Applies the migrations to a scratch database and writes the report of the resulting schema, if it changed.',
    )
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['targets', 'config', 'report', 'reporters', 'output', 'scratch']);
  return command.action(async (paths: string[], options: TargetCommandOptions) => {
    const { runTargets } = await import('../run-targets.js');
    const job = () => import('../../operations/update.js').then(({ update }) => update);
    return runTargets(job, paths, options, context);
  });
}
