import path from 'node:path';
import { Command } from 'commander';
import type { Report } from '../../report/report.js';
import {
  choiceOption,
  GROUPS,
  type FileOptions,
  type OutputOptions,
  type SettingOptions,
} from '../options/common.js';
import { withOptions } from '../options/option-sets.js';
import type { CommandContext } from '../context.js';
import { withSession } from '../session.js';
import { SOURCES, sourceContextOf } from './sources.js';
import { writeOutput } from '../output/write-output.js';

const FORMS = ['markdown', 'json', 'mermaid'] as const;

interface ShowOptions extends SettingOptions, OutputOptions, FileOptions {
  readonly as: (typeof FORMS)[number];
}

const EXAMPLES = `
${SOURCES}

Examples:
  npx driftmark show migrations
  npx driftmark show postgres://localhost/app
  npx driftmark show git:main:report.sql.md --diagram
  npx driftmark show report.sql.md --as json | jq '.schema.objects.table[].name'
  npx driftmark show report.sql.md --as mermaid -o schema.mmd`;

/** `driftmark show`. */
export function showCommand(context: CommandContext): Command {
  const command = new Command('show')
    .summary('print a schema')
    .description('Prints the schema of a source as a report, as JSON, or as a diagram of its tables.')
    .argument('<source>', 'a migrations folder, a report, or a database')
    .optionsGroup(GROUPS.output)
    .addOption(
      choiceOption('--as <form>', 'output form', { noun: 'form', choices: FORMS }).default('markdown'),
    )
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['outputFile', 'output', 'config', 'report', 'scratch']);
  return command.action((source: string, options: ShowOptions) => show(source, options, context));
}

async function show(source: string, options: ShowOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const { findSource, readSource } = await import('../../operations/read-source.js');
  const print = async () => {
    const render = await RENDERERS[options.as]();
    return (report: Report) => render(options.as === 'markdown' ? withDiagram(report, options) : report);
  };
  const { report, text, assertSelected } = await withSession(options, context, async (session) => {
    const sources = sourceContextOf(session, context);
    const place = await findSource(source, sources);
    // A diagram does not show which migrations cannot be rolled back.
    return readSource(place, { print, ...(options.as === 'mermaid' && { down: false }) }, sources);
  });
  assertSelected?.();
  const printed = text ?? (await print())(report);
  if (options.outputFile === undefined) await streams.out(printed);
  else await writeOutput(path.resolve(host.cwd(), options.outputFile), printed);
}

/** Each loads what prints a report in a form. */
const RENDERERS: Readonly<Record<ShowOptions['as'], () => Promise<(report: Report) => string>>> = {
  markdown: async () => (await import('../../report/formats.js')).render,
  json: async () => (await import('../../reporters/schema-json.js')).renderSchemaJson,
  mermaid: async () => {
    const { renderMermaid } = await import('../../report/diagram/section.js');
    return ({ schema }) => renderMermaid(schema);
  },
};

const withDiagram = (report: Report, { diagram }: ShowOptions): Report =>
  diagram && report.format === 'full' ? { ...report, diagram } : report;
