import { Command } from 'commander';
import type { CommandContext } from '../context.js';
import type { OutputOptions, ReporterOptions, SettingOptions } from '../options/common.js';
import { policyOf, type FailOptions } from '../options/fail.js';
import { withOptions } from '../options/option-sets.js';
import { withReporting } from '../session.js';
import { SOURCES, sourceContextOf } from './sources.js';

const EXAMPLES = `
${SOURCES}

Exit codes:
  0  the schemas are the same
  1  they could not be compared
  2  they differ
  3  only expressions that could not be compared differ

Examples:
  npx driftmark diff git:main:report.sql.md report.sql.md     what this branch changes
  npx driftmark diff report.sql.md migrations
  npx driftmark diff postgres://staging/app postgres://production/app`;

type DiffOptions = SettingOptions & OutputOptions & ReporterOptions & FailOptions;

/** `driftmark diff`. */
export function diffCommand(context: CommandContext): Command {
  const command = new Command('diff')
    .summary('compare two schemas')
    .description(
      'Shows the changes between two schemas: those of migrations, reports, git revisions or databases.',
    )
    .argument('<from>', 'a migrations folder, a report, or a database')
    .argument('<to>', 'the schema to compare with')
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['config', 'fail', 'reporters', 'output', 'scratch']);
  return command.action((from: string, to: string, options: DiffOptions) =>
    withReporting(options, context, async (session, loadReporting) => {
      const { diff } = await import('../../operations/diff.js');
      const outcome = await diff({ from, to }, policyOf(options), sourceContextOf(session, context));
      await (await loadReporting()).print(outcome);
      return { outcomes: [outcome] };
    }),
  );
}
