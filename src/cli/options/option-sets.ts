import type { Command } from 'commander';
import {
  withConfigOptions,
  withOutputFile,
  withOutputOptions,
  withReporters,
  withReportOptions,
  withScratchOptions,
  type OutputOptions,
  type ReporterOptions,
  type SettingOptions,
} from './common.js';
import { withFailOptions } from './fail.js';
import { withLiveOptions } from './live.js';
import { withTargetOptions, type TargetOptions } from './target.js';

/** Options that several commands have. */
const OPTION_SETS = {
  targets: withTargetOptions,
  config: withConfigOptions,
  live: withLiveOptions,
  fail: withFailOptions,
  report: withReportOptions,
  reporters: withReporters,
  outputFile: withOutputFile,
  output: withOutputOptions,
  scratch: withScratchOptions,
} as const;

/** Adds sets of options to a command. The help lists them in this order. */
export const withOptions = (command: Command, sets: readonly (keyof typeof OPTION_SETS)[]): Command =>
  sets.reduce((extended, name) => OPTION_SETS[name](extended), command);

/** The options of a command that runs a job for each target. */
export type TargetCommandOptions = SettingOptions & OutputOptions & TargetOptions & ReporterOptions;
