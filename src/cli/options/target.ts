import type { Command } from 'commander';
import { GROUPS, invalidOption } from './common.js';

/** The options of the commands that run for each target. */
export interface TargetOptions {
  readonly jobs?: number;
  readonly changedSince?: string;
}

/** Adds them. */
export const withTargetOptions = (command: Command): Command =>
  command
    .argument(
      '[targets...]',
      'package folders, migrations folders or files in them (default: those of the config, or this folder)',
    )
    .optionsGroup(GROUPS.checked)
    .option(
      '--changed-since <ref>',
      'only targets whose migrations, report or config changed since a git revision',
    )
    .option('-j, --jobs <n>', 'number of targets to check in parallel (default: one per processor)', jobs);

function jobs(value: string): number {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw invalidOption('--jobs', 'a whole number of 1 or more', value);
  return Number(value);
}
