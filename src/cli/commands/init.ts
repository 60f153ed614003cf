import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import type { InitOptions } from './init-run.js';
import { GROUPS } from '../options/common.js';
import { withOptions } from '../options/option-sets.js';

const EXAMPLES = `
Examples:
  npx driftmark init          show each file and ask before writing it
  npx driftmark init --yes    write without asking`;

/** `driftmark init`. */
export function initCommand(context: CommandContext): Command {
  const command = new Command('init')
    .summary('set up a repository: config, reports, CI, a hook')
    .description(
      'Looks for migrations, the package manager, CI and hooks, and writes what is missing: a config, the first reports, a CI workflow, a check before each commit, and .gitattributes. Existing reports are not changed.',
    )
    .optionsGroup(GROUPS.other)
    .option('-y, --yes', 'write without asking')
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['config', 'report', 'output', 'scratch']);
  return command.action(async (options: InitOptions) => {
    const { init } = await import('./init-run.js');
    await init(options, context);
  });
}
