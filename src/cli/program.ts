import { Command } from 'commander';
import { createRequire } from 'node:module';
import { checkCommand } from './commands/check.js';
import { configCommand } from './commands/config.js';
import { withoutPasswords } from '../errors.js';
import type { CommandContext } from './context.js';
import { diffCommand } from './commands/diff.js';
import { initCommand } from './commands/init.js';
import type { CommonOptions } from './options/common.js';
import { showCommand } from './commands/show.js';
import { updateCommand } from './commands/update.js';

/** All commands. */
export function programFor(context: CommandContext): Command {
  const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };
  const { streams } = context;
  const program = new Command('driftmark')
    .description('Keeps a PostgreSQL schema as a reviewed Markdown report, and fails on any drift.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', EXIT_CODES)
    .hook('preAction', (_, command) => {
      if (command.opts<CommonOptions>().timings === true) context.timings.want();
    });
  for (const command of [checkCommand, updateCommand, showCommand, diffCommand, configCommand, initCommand])
    program.addCommand(command(context));
  for (const command of [program, ...program.commands]) {
    command
      .helpOption('-h, --help', 'print help')
      .showHelpAfterError('(--help lists what there is)')
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
  3  incomplete: part of the schema could not be read, the rest is in sync`;
