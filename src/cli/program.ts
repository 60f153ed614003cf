import { Command } from 'commander';
import { createRequire } from 'node:module';
import { checkCommand } from './commands/check.js';
import { configCommand } from './commands/config.js';
import { withoutPasswords } from '../errors.js';
import type { CommandContext } from './context.js';
import { diffCommand } from './commands/diff.js';
import { initCommand } from './commands/init.js';
import { GROUPS, type OutputOptions } from './options/common.js';
import type { FailOptions } from './options/fail.js';
import { noticesTo } from './output/stderr.js';
import { showCommand } from './commands/show.js';
import { updateCommand } from './commands/update.js';

/** The command line: all commands. */
export function programFor(context: CommandContext): Command {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const { streams } = context;
  const program = new Command('driftmark')
    .description('Keeps a PostgreSQL schema as a reviewed Markdown report, and fails on drift.')
    .version(version, '-v, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXIT_CODES)
    .hook('preAction', (_, command) => {
      const { timings, ignore, quiet = false } = command.opts<OutputOptions & FailOptions>();
      if (timings === true) context.timings.enable();
      if (ignore !== undefined)
        noticesTo(streams.err, { quiet }, streams.errChalk)('--ignore is deprecated: use --ignore-classes');
    });
  for (const command of [checkCommand, updateCommand, showCommand, diffCommand, configCommand, initCommand])
    program.addCommand(command(context));
  for (const command of [program, ...program.commands]) {
    command
      .optionsGroup(GROUPS.other)
      .helpOption('-h, --help', 'print help')
      .showHelpAfterError(`Run driftmark ${command === program ? '' : `${command.name()} `}--help for usage.`)
      .showSuggestionAfterError()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          streams.out(text).catch((error: unknown) => {
            streams.err(`${String(error)}\n`);
          });
        },
        writeErr: (text) => {
          streams.err(withoutPasswords(text));
        },
      });
  }
  return program;
}

const EXIT_CODES = `
Exit codes:
  0  in sync
  1  could not check: usage, config, a failing migration, no connection
  2  drift
  3  incomplete: part of the schema could not be read, the rest is in sync

New here? Run driftmark init.`;
