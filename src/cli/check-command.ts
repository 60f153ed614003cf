import { Command } from 'commander';
import type { CommandContext } from './context.js';
import { withFailOptions, type FailOptions } from './fail-options.js';
import { withCommonOptions, withReporters, type CommonOptions, type ReporterOptions } from './options.js';
import { runTargets } from './session.js';
import { withTargetOptions, type TargetOptions } from './target-options.js';

const EXAMPLES = `
Examples:
  driftmark check                         the package in this folder
  driftmark check plugins/auth plugins/app   these packages
  driftmark check --schema app --schema 'audit*'
  driftmark check --ignore order,comments    told, and no failure
  driftmark check --scratch-url postgres://localhost/postgres`;

/** `driftmark check`. */
export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('compare the migrations with the committed report')
    .description(
      'Applies the migrations to a scratch database and compares what they make with the committed report. Writes nothing.',
    )
    .argument(
      '[targets...]',
      'package folders, or files of theirs (default: those of the config, or this folder)',
    )
    .addHelpText('after', EXAMPLES);
  return withReporters(withCommonOptions(withTargetOptions(withFailOptions(command)))).action(
    (paths: string[], options: CommonOptions & TargetOptions & ReporterOptions & FailOptions) =>
      runTargets(
        async () => {
          const { check } = await import('../check.js');
          return (target, environment, cwd) => check(target, environment, cwd, options);
        },
        paths,
        options,
        context,
      ),
  );
}
