import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import type { InitOptions } from './init-run.js';
import { withCommonOptions } from '../options/common.js';

const EXAMPLES = `
Examples:
  driftmark init          shows each file that it would write, and asks
  driftmark init --yes    writes without asking`;

/** `driftmark init`. */
export function initCommand(context: CommandContext): Command {
  const command = new Command('init')
    .summary('set up a repository: config, reports, CI, a hook')
    .description(
      'Looks for migrations, the package manager, CI and hooks, and writes what is missing: a config, the first reports, a CI workflow, a check before each commit, and .gitattributes. Reports that are there are checked, and stay as they are.',
    )
    .option('-y, --yes', 'write without asking')
    .addHelpText('after', EXAMPLES);
  return withCommonOptions(command).action(async (options: InitOptions) => {
    const { init } = await import('./init-run.js');
    await init(options, context);
  });
}
