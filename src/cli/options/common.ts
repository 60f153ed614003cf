import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Flags } from '../../config/layers.js';
import { isReporterName, REPORTER_NAMES } from '../../reporters/reporters.js';
import type { ReporterFlag } from './reporters.js';

/** The flags that mean the same on every command. */
export interface CommonOptions extends Flags {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timings?: boolean;
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
    .option('--diagram', 'end a report with a diagram of its tables (default: as it is)')
    .option('--no-down', 'do not try the down migrations')
    .option('-q, --quiet', 'print results only, and none where all is well')
    .option('--verbose', 'print each SQL statement of the migrations with its time')
    .option('--timings', 'print how long each phase took')
    .option('--no-color', 'no colours (also: NO_COLOR)');
}

/** Where a command that prints one text puts it. */
export interface OutputOptions {
  readonly outputFile?: string;
}

/** Adds it. */
export function withOutputFile(command: Command): Command {
  return command.option('-o, --output-file <file>', 'write the result there instead of stdout', nonEmpty);
}

/** How results are reported. Both hold the same list: in which order the flags stood matters. */
export interface ReporterOptions {
  readonly reporter?: readonly ReporterFlag[];
  readonly outputFile?: readonly ReporterFlag[];
  /** `--diff` gives true, `--no-diff` false. */
  readonly diff?: boolean;
}

/** Adds `--reporter` and `--output-file`. */
export function withReporters(command: Command): Command {
  const flags: ReporterFlag[] = [];
  return command
    .addOption(
      new Option(
        '--reporter <name>',
        'how results are printed, repeatable (default: text, and github in GitHub Actions)',
      )
        .choices(REPORTER_NAMES)
        .argParser((reporter: string) => {
          if (!isReporterName(reporter))
            throw new InvalidArgumentError(`Allowed choices are ${REPORTER_NAMES.join(', ')}.`);
          flags.push({ reporter });
          return flags;
        }),
    )
    .option(
      '-o, --output-file <file>',
      'write there instead of stdout: what the reporter named before it says, repeatable',
      (value: string) => {
        flags.push({ outputFile: nonEmpty(value) });
        return flags;
      },
    )
    .option('--diff', 'print the diff of the report (default: if the list of changes does not say all)')
    .option('--no-diff', 'print no diff');
}

function collect(value: string, all: string[] | undefined): string[] {
  return [...(all ?? []), nonEmpty(value)];
}

function nonEmpty(value: string): string {
  if (value === '') throw new InvalidArgumentError('It must not be empty.');
  return value;
}
