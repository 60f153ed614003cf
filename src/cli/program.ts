import { Command } from 'commander';
import { checkCommand } from './commands/check.js';
import { configCommand } from './commands/config.js';
import { withoutPasswords } from '../errors.js';
import type { CommandContext } from './context.js';
import { diffCommand } from './commands/diff.js';
import { helpCommand } from './commands/help.js';
import { infoCommand } from './commands/info.js';
import { initCommand } from './commands/init.js';
import { GROUPS, type OutputOptions } from './options/common.js';
import type { FailOptions } from './options/fail.js';
import { withHints } from './options/hints.js';
import { noticesTo } from './output/stderr.js';
import { showCommand } from './commands/show.js';
import { updateCommand } from './commands/update.js';
import { docsUrl, driftmarkVersion } from '../util/package-info.js';

/** What the parser writes: help, or an error in the arguments. */
export interface UsageText {
  out: string;
  err: string;
}

/** The command line: all commands. The parser writes to `usage` before it throws. */
export function programFor(context: CommandContext, usage: UsageText): Command {
  const program = new Command('driftmark')
    .description('Keeps a PostgreSQL schema as a reviewed Markdown report, and fails on drift.')
    .version(driftmarkVersion(), '-v, --version', 'print the version')
    .helpCommand(false)
    .addHelpText('after', EXIT_CODES)
    .hook('preAction', (_, command) => {
      const { timings, ignore, quiet = false } = command.opts<OutputOptions & FailOptions>();
      if (timings === true) context.timings.enable();
      if (ignore !== undefined) noticesTo(context, { quiet })('--ignore is deprecated: use --ignore-classes');
    });
  for (const command of COMMANDS) program.addCommand(withHints(command(context)));
  program.addCommand(helpCommand(program));
  for (const command of [program, ...program.commands]) {
    command
      .optionsGroup(command === program ? 'Options:' : GROUPS.other)
      .helpOption('-h, --help', 'print help')
      .showHelpAfterError(
        `Run npx driftmark ${command === program ? '' : `${command.name()} `}--help for usage.`,
      )
      .showSuggestionAfterError()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => {
          usage.out += text;
        },
        writeErr: (text) => {
          usage.err += withoutPasswords(text);
        },
      });
  }
  return program;
}

const COMMANDS = [
  checkCommand,
  updateCommand,
  showCommand,
  diffCommand,
  configCommand,
  initCommand,
  infoCommand,
];

const EXIT_CODES = `
Exit codes:
  0  in sync
  1  could not check: usage, config, a failing migration, no connection
  2  drift
  3  incomplete: part of the schema could not be read, the rest is in sync

New here? Run npx driftmark init.
Docs: ${docsUrl('README')}`;
