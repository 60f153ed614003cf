import path from 'node:path';
import { Command, Option } from 'commander';
import { resolveConfig } from '../../config/config.js';
import type { CommandContext } from '../context.js';
import {
  withCommonOptions,
  withOutputFile,
  type CommonOptions,
  type OutputOptions,
} from '../options/common.js';
import { textOptionsInFile, textOptionsFor } from '../output/text-options.js';
import { writeOutput } from '../output/write-output.js';

interface ConfigOptions extends CommonOptions, OutputOptions {
  readonly as: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  driftmark config
  driftmark config --as json
  driftmark config --config ci/driftmark.config.json --schema app`;

/** `driftmark config`. */
export function configCommand(context: CommandContext): Command {
  const command = new Command('config')
    .summary('print the config, and where each setting comes from')
    .description(
      'Prints what holds here: each setting with its value and where that comes from (a flag, an environment variable, a file or the default), and the targets. Passwords are left out.',
    )
    .addOption(
      new Option('--as <form>', 'the form that it is printed in').choices(['text', 'json']).default('text'),
    )
    .addHelpText('after', EXAMPLES);
  return withOutputFile(withCommonOptions(command)).action((options: ConfigOptions) =>
    printConfig(options, context),
  );
}

async function printConfig(options: ConfigOptions, context: CommandContext): Promise<void> {
  const { host, streams, timings } = context;
  const cwd = host.cwd();
  const [{ describeConfig }, { renderConfig }] = await Promise.all([
    import('../../operations/describe-config.js'),
    import('../output/config-text.js'),
  ]);
  const resolved = await describeConfig(await resolveConfig(options, host.env, cwd));
  timings.add('loading', performance.now());
  const isPrinted = options.outputFile === undefined;
  const look = isPrinted ? textOptionsFor('stdout', context) : textOptionsInFile(cwd);
  const text =
    options.as === 'json'
      ? `${JSON.stringify({ version: 1, ...resolved }, null, 2)}\n`
      : renderConfig(resolved, look);
  if (options.outputFile === undefined) await streams.out(text);
  else await writeOutput(path.resolve(cwd, options.outputFile), text);
}
