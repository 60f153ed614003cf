import path from 'node:path';
import { Command, Option } from 'commander';
import { DriftmarkError } from '../../errors.js';
import type { Report } from '../../report/report.js';
import {
  withCommonOptions,
  withOutputFile,
  type CommonOptions,
  type OutputOptions,
} from '../options/common.js';
import type { CommandContext } from '../context.js';
import { SOURCES, sourceContext } from './sources.js';
import { writeOutput } from '../output/write-output.js';

const FORMS = ['markdown', 'json', 'mermaid'] as const;

interface ShowOptions extends CommonOptions, OutputOptions {
  readonly as: (typeof FORMS)[number];
}

const EXAMPLES = `
${SOURCES}

Examples:
  driftmark show migrations
  driftmark show postgres://localhost/app
  driftmark show git:main:report.sql.md --diagram
  driftmark show report.sql.md --as json | jq '.schema.objects.table[].name'
  driftmark show report.sql.md --as mermaid -o schema.mmd`;

/** `driftmark show`. */
export function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary('print a schema')
    .description('Prints the schema of a source: as a report, as data, or as a diagram of its tables.')
    .argument('<source>', 'a migrations folder, a report, or a database')
    .addOption(new Option('--as <form>', 'the form that it is printed in').choices(FORMS).default('markdown'))
    .addHelpText('after', EXAMPLES);
  return withOutputFile(withCommonOptions(command)).action((source: string, options: ShowOptions) =>
    show(source, options, context),
  );
}

async function show(source: string, options: ShowOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const { findSource, readSource } = await import('../../operations/read-source.js');
  const sources = await sourceContext(options, context);
  const found = await findSource(source, sources);
  const { render } = await import('../../report/formats.js');
  const { report } = await readSource(
    found,
    {
      // A diagram says nothing of migrations that cannot be migrated down.
      ...(options.as === 'mermaid' && { down: false }),
    },
    sources,
  );
  if (report.schema.namespaces.length === 0 && options.schema) {
    throw new DriftmarkError(
      'usage',
      `${found.label} has no schema that matches ${options.schema.join(', ')}.`,
      {
        remedy: 'Correct --schema: a name or a glob.',
      },
    );
  }
  const text =
    options.as === 'markdown' ? render(withDiagram(report, options)) : await textOf(report, options.as);
  if (options.outputFile === undefined) await streams.out(text);
  else await writeOutput(path.resolve(host.cwd(), options.outputFile), text);
}

const withDiagram = (report: Report, { diagram }: ShowOptions): Report =>
  diagram && report.format === 'full' ? { ...report, diagram } : report;

async function textOf(report: Report, as: 'json' | 'mermaid'): Promise<string> {
  return as === 'json'
    ? (await import('../../reporters/schema-json.js')).renderSchemaJson(report)
    : (await import('../../report/diagram/section.js')).renderMermaid(report.schema);
}
