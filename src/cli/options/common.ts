import type { Command } from 'commander';
import { Option } from 'commander';
import type { Flags } from '../../config/layers.js';
import { DriftmarkError } from '../../errors.js';
import { REPORTER_NAMES } from '../../reporters/reporters.js';
import { didYouMean } from '../../util/did-you-mean.js';
import type { ReporterFlag } from './reporters.js';

/** The headings of the help, in the order in which the options are added. */
export const GROUPS = {
  checked: 'What is checked:',
  live: 'Live databases:',
  fails: 'What fails the check:',
  report: 'Report:',
  output: 'Output:',
  scratch: 'Scratch server:',
  other: 'Other:',
} as const;

/** Options that override settings of the config. */
export type SettingOptions = Flags;

/** Options of what is printed while a command works. */
export interface OutputOptions {
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly timings?: boolean;
  /** `--no-color` gives false. */
  readonly color?: boolean;
}

/** Adds `--config` and `--schema`. */
export const withConfigOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.checked)
    .option(
      '-c, --config <file>',
      'config file (default: driftmark.config.* or package.json, here or in a parent folder)',
    )
    .option('--schema <name>', 'schemas to cover, names or globs (repeatable)', collect);

/** Adds the options of the report that is made of migrations. */
export const withReportOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.report)
    .addOption(
      choiceOption('--report-format <format>', 'format of the report (default: keep the committed format)', {
        noun: 'format',
        choices: ['full', 'backstage'],
      }),
    )
    .option('--diagram', 'append a table diagram to the report (default: keep as committed)')
    .option('--no-down', 'do not try the down migrations');

/** Adds the options of the scratch server. */
export const withScratchOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.scratch)
    .addOption(
      choiceOption('--engine <engine>', 'where scratch databases are created', {
        noun: 'engine',
        choices: ['embedded', 'server'],
      }),
    )
    .option(
      '--scratch-url <url>',
      'server on which databases may be created and dropped (or DRIFTMARK_SCRATCH_URL)',
      (value: string) => nonEmpty('--scratch-url', value),
    );

/** Adds the options of what is printed while a command works. */
export const withOutputOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.output)
    .option('-q, --quiet', 'print problems only')
    .option('--verbose', 'print each SQL statement of the migrations with its time')
    .option('--timings', 'print how long each phase took')
    .option('--no-color', 'print without colours (or NO_COLOR)');

/** The option of a command that prints one text. */
export interface FileOptions {
  readonly outputFile?: string;
}

/** Adds it. */
export const withOutputFile = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.output)
    .option('-o, --output-file <file>', 'write the result to this file instead of stdout', (value: string) =>
      nonEmpty('--output-file', value),
    );

/** How results are reported. Both hold the same list, because the order of the options matters. */
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
    .optionsGroup(GROUPS.output)
    .addOption(
      new Option(
        '--reporter <name>',
        'output format (repeatable; default: text, and github in GitHub Actions)',
      )
        .choices(REPORTER_NAMES)
        .argParser((value: string) => {
          flags.push({
            reporter: oneOf('--reporter', value, { noun: 'reporter', choices: REPORTER_NAMES }),
          });
          return flags;
        }),
    )
    .option(
      '-o, --output-file <file>',
      'write the output of the preceding --reporter to this file (repeatable)',
      (value: string) => {
        flags.push({ outputFile: nonEmpty('--output-file', value) });
        return flags;
      },
    )
    .option('--diff', 'print the diff of the report (default: if the list of changes does not say all)')
    .option('--no-diff', 'print no diff');
}

const collect = (value: string, all: string[] | undefined): string[] => [
  ...(all ?? []),
  nonEmpty('--schema', value),
];

function nonEmpty(option: string, value: string): string {
  if (value === '') throw invalidOption(option, 'a non-empty string', value);
  return value;
}

interface Choices<V extends string> {
  /** What a choice is, for the error: `reporter`. */
  readonly noun: string;
  readonly choices: readonly V[];
}

/** An option whose value is one of several words. */
export const choiceOption = <V extends string>(flags: string, description: string, choices: Choices<V>) =>
  new Option(flags, description)
    .choices(choices.choices)
    .argParser((value: string) => oneOf(flags.replace(/ <.*/, ''), value, choices));

/** The value, if it is one of the choices. */
export function oneOf<V extends string>(option: string, value: string, { noun, choices }: Choices<V>): V {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new DriftmarkError('usage', `${option}: unknown ${noun} ${JSON.stringify(value)}.`, {
    remedy: `Use one of ${choices.join(', ')}${didYouMean(value, choices)}.`,
  });
}

/** The error of an option whose value is not valid. */
export const invalidOption = (option: string, expected: string, value: string): DriftmarkError =>
  new DriftmarkError('usage', `${option} must be ${expected} (got ${JSON.stringify(value)}).`, {
    remedy: 'Run the command with --help for its options.',
  });
