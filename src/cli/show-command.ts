import path from 'node:path';
import { Command, Option } from 'commander';
import { defined } from '../config/defined.js';
import { withCommonOptions, withOutputFile, type CommonOptions, type OutputOptions } from './options.js';
import type { CommandContext } from './context.js';
import { SOURCES, sourceContext } from './sources.js';
import { writeOutput } from './write-output.js';

interface ShowOptions extends CommonOptions, OutputOptions {
  readonly as: 'markdown' | 'json';
}

const EXAMPLES = `
${SOURCES}

Examples:
  driftmark show migrations
  driftmark show postgres://localhost/app
  driftmark show report.sql.md --as json`;

/** `driftmark show`. */
export function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary('print a schema')
    .description('Prints the schema of a source.')
    .argument('<source>', 'a migrations folder, a report, or a database')
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
  const [{ findSource, readSource }, { render }] = await Promise.all([
    import('../source.js'),
    import('../report/formats.js'),
  ]);
  const sources = await sourceContext(options, context);
  const { report } = await readSource(await findSource(source, sources), {}, sources);
  const text =
    options.as === 'json' ? `${JSON.stringify(defined({ ...report }), null, 2)}\n` : render(report);
  if (options.outputFile === undefined) await streams.out(text);
  else await writeOutput(path.resolve(host.cwd(), options.outputFile), text);
}
