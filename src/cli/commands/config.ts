import path from 'node:path';
import { Command } from 'commander';
import { resolveConfig } from '../../config/config.js';
import type { CommandContext } from '../context.js';
import { choiceOption, GROUPS, type FileOptions, type SettingOptions } from '../options/common.js';
import { withOptions } from '../options/option-sets.js';
import { noticesTo } from '../output/stderr.js';
import { textOptionsInFile, textOptionsFor } from '../output/text-options.js';
import { writeOutput } from '../output/write-output.js';

interface ConfigOptions extends SettingOptions, FileOptions {
  readonly as: 'text' | 'json';
}

const FORMS = { noun: 'form', choices: ['text', 'json'] } as const;

const EXAMPLES = `
Examples:
  npx driftmark config
  npx driftmark config --as json
  npx driftmark config --config ci/driftmark.config.json --schema app`;

/** `driftmark config`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command('config')
    .summary('print the effective configuration')
    .description(
      'Prints the effective configuration: every setting, its value and its source (an option, an environment variable, a file or the default), and the targets. Passwords are masked.',
    )
    .optionsGroup(GROUPS.output)
    .addOption(choiceOption('--as <form>', 'output form', FORMS).default('text'))
    .option('--no-color', 'print without colours (or NO_COLOR)')
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['outputFile', 'config', 'report', 'scratch']);
  return command.action((options: ConfigOptions) => printConfig(options, context));
}

async function printConfig(options: ConfigOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const cwd = host.cwd();
  const [{ describeConfig }, { renderConfig }] = await Promise.all([
    import('../../operations/describe-config.js'),
    import('../output/config-text.js'),
  ]);
  const notice = noticesTo(context);
  const resolved = await describeConfig(await resolveConfig(options, host.env, cwd, notice));
  const isPrinted = options.outputFile === undefined;
  const look = isPrinted ? textOptionsFor('stdout', context) : textOptionsInFile(cwd);
  const text =
    options.as === 'json'
      ? `${JSON.stringify({ version: 1, ...resolved }, null, 2)}\n`
      : renderConfig(resolved, look);
  if (options.outputFile === undefined) await streams.out(text);
  else await writeOutput(path.resolve(cwd, options.outputFile), text);
}
