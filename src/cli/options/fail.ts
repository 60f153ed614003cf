import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { FailPolicy } from '../../drift/fail-policy.js';
import { CHANGE_CLASSES, type ChangeClass } from '../../schema/definition.js';

/** The flags that say which changes fail. */
export type FailOptions = FailPolicy;

/** Adds them. */
export function withFailOptions(command: Command): Command {
  return command
    .option(
      '--fail-on <classes>',
      `only changes of these classes fail, of ${CHANGE_CLASSES.join(', ')} (default: all)`,
      collectClasses,
    )
    .option(
      '--ignore <classes>',
      'changes of these classes do not fail; they are still told',
      collectClasses,
    );
}

function collectClasses(value: string, all: readonly ChangeClass[] = []): readonly ChangeClass[] {
  const classes = value.split(',').map((name) => {
    const known = CHANGE_CLASSES.find((each) => each === name.trim());
    if (known === undefined)
      throw new InvalidArgumentError(
        `There is no class ${JSON.stringify(name)}. The classes are ${CHANGE_CLASSES.join(', ')}.`,
      );
    return known;
  });
  return [...all, ...classes];
}
