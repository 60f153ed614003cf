import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { defined, resolveConfig } from '../config/config.js';
import { readSource } from '../source.js';
import { render } from '../report/formats.js';
import { withCommonOptions, withOutputFile, type CommonOptions, type OutputOptions } from './options.js';
import type { CommandContext } from './context.js';
import { onScratchServer } from './session.js';

interface ShowOptions extends CommonOptions, OutputOptions {
  readonly as: 'markdown' | 'json';
}

const EXAMPLES = `
Sources:
  migrations          a migrations folder: applied to a scratch database
  report.sql.md       a report

Examples:
  driftmark show migrations
  driftmark show report.sql.md --as json`;

/** `driftmark show`. */
export function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary('print a schema')
    .description('Prints the schema of a source.')
    .argument('<source>', 'a migrations folder or a report')
    .addOption(
      new Option('--as <form>', 'the form that it is printed in')
        .choices(['markdown', 'json'])
        .default('markdown'),
    )
    .addHelpText('after', EXAMPLES);
  return withOutputFile(withCommonOptions(command)).action((source: string, options: ShowOptions) =>
    show(source, options, context),
  );
}

async function show(source: string, options: ShowOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const cwd = host.cwd();
  const config = await resolveConfig(options, host.env, cwd);
  const report = await readSource(source, config, (use) => onScratchServer(config, options, context, use));
  const text =
    options.as === 'json' ? `${JSON.stringify(defined({ ...report }), null, 2)}\n` : render(report);
  if (options.outputFile === undefined) await streams.out(text);
  else await writeFile(path.resolve(cwd, options.outputFile), text);
}
