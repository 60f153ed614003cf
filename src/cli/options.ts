import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Flags } from '../config/config.js';

/** The flags that mean the same on every command. */
export interface CommonOptions extends Flags {
  readonly reporter?: 'text' | 'json';
  readonly outputFile?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  /** `--no-color` gives false. */
  readonly color?: boolean;
}

/** Adds them. */
export function withCommonOptions(command: Command): Command {
  return command
    .option(
      '-c, --config <file>',
      'the config file (default: driftmark.config.* or package.json, here or above)',
    )
    .option('--schema <name>', 'cover this schema only; a name or a glob, repeatable', collect)
    .addOption(
      new Option('--engine <engine>', 'where scratch databases are made').choices(['embedded', 'server']),
    )
    .option(
      '--scratch-url <url>',
      'a server on which databases may be created and dropped (or DRIFTMARK_SCRATCH_URL)',
      nonEmpty,
    )
    .addOption(
      new Option('--report-format <format>', 'the format of the report (default: its own)').choices([
        'full',
        'backstage',
      ]),
    )
    .option('--no-down', 'do not try the down migrations')
    .addOption(
      new Option('--reporter <name>', 'how results are printed').choices(['text', 'json']).default('text'),
    )
    .option('-o, --output-file <file>', 'write the result there instead of stdout')
    .option('-q, --quiet', 'print results only, and none where all is well')
    .option('--verbose', 'print each SQL statement of the migrations with its time')
    .option('--no-color', 'no colours (also: NO_COLOR)');
}

function collect(value: string, all: string[] | undefined): string[] {
  return [...(all ?? []), nonEmpty(value)];
}

function nonEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return value;
}
