import type { Command } from 'commander';
import { Option } from 'commander';
import type { FailPolicy } from '../../drift/fail-policy.js';
import { CHANGE_CLASSES, type ChangeClass } from '../../schema/definition.js';
import { omitUndefined } from '../../util/omit-undefined.js';
import { GROUPS, oneOf } from './common.js';

/** The options that decide which changes fail. */
export interface FailOptions {
  readonly failOn?: readonly ChangeClass[];
  readonly ignoreClasses?: readonly ChangeClass[];
  /** Deprecated name of `ignoreClasses`. */
  readonly ignore?: readonly ChangeClass[];
}

/** Adds them. */
export const withFailOptions = (command: Command): Command =>
  command
    .optionsGroup(GROUPS.fails)
    .option(
      '--fail-on <classes>',
      `fail only on these change classes (choices: ${CHANGE_CLASSES.join(', ')}; default: all)`,
      classesOf('--fail-on'),
    )
    .option(
      '--ignore-classes <classes>',
      'change classes that are reported but do not fail the check',
      classesOf('--ignore-classes'),
    )
    .addOption(
      new Option('--ignore <classes>', 'deprecated name of --ignore-classes')
        .argParser(classesOf('--ignore'))
        .hideHelp(),
    );

/** The policy of the options. */
export const policyOf = ({ failOn, ignoreClasses, ignore }: FailOptions): FailPolicy =>
  omitUndefined({
    failOn,
    ignore: ignoreClasses || ignore ? [...(ignoreClasses ?? []), ...(ignore ?? [])] : undefined,
  });

const classesOf =
  (option: string) =>
  (value: string, all: readonly ChangeClass[] = []): readonly ChangeClass[] => [
    ...all,
    ...value.split(',').map((name) => oneOf(option, britishSpelling(name.trim()), CLASSES)),
  ];

const CLASSES = { noun: 'change class', choices: CHANGE_CLASSES };

/** Both spellings of `behaviour` are accepted. */
const britishSpelling = (name: string) => (name === 'behavior' ? 'behaviour' : name);
