import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

/** The flags of the commands that go through targets. */
export interface TargetOptions {
  readonly jobs?: number;
  readonly changedSince?: string;
}

/** Adds them. */
export function withTargetOptions(command: Command): Command {
  return command
    .option('-j, --jobs <n>', 'how many targets are worked on at once (default: one per processor)', positive)
    .option(
      '--changed-since <ref>',
      'only targets whose migrations, report or config changed since a git revision',
    );
}

function positive(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(value);
}
