import { Command } from 'commander';
import type { BuildEnvironment } from '../../replay/environment.js';
import { DriftmarkError } from '../../errors.js';
import type { CommandContext } from '../context.js';
import { withFailOptions, type FailOptions } from '../options/fail.js';
import { isLive, liveOnly, withLiveOptions, type LiveOptions } from '../options/live.js';
import {
  withCommonOptions,
  withReporters,
  type CommonOptions,
  type ReporterOptions,
} from '../options/common.js';
import { runTargets } from '../session.js';
import type { Target } from '../../project/targets.js';
import { withTargetOptions, type TargetOptions } from '../options/target.js';

const EXAMPLES = `
Examples:
  driftmark check                         the package in this folder
  driftmark check plugins/auth plugins/app   these packages
  driftmark check --schema app --schema 'audit*'
  driftmark check --ignore order,comments    told, and no failure
  driftmark check --scratch-url postgres://localhost/postgres
  driftmark check --url postgres://reader@replica.example.com/shop
  driftmark check --live                     the database of DRIFTMARK_URL, or PGHOST, PGDATABASE, …
  driftmark check --urls-from databases.txt  a fleet
  driftmark check --live --schema 'tenant_*' each such schema against the report of one`;

type CheckOptions = CommonOptions & TargetOptions & ReporterOptions & FailOptions & LiveOptions;

/** `driftmark check`. */
export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('compare the migrations, or live databases, with the committed report')
    .description(
      'Applies the migrations to a scratch database and compares what they make with the committed report. With --url, --urls-from or --live it compares live databases with it instead, which are only read. Writes nothing.',
    )
    .argument(
      '[targets...]',
      'package folders, or files of theirs (default: those of the config, or this folder)',
    )
    .addHelpText('after', EXAMPLES);
  return withReporters(
    withCommonOptions(withTargetOptions(withFailOptions(withLiveOptions(command)))),
  ).action((paths: string[], options: CheckOptions) => check(paths, options, context));
}

async function check(
  paths: readonly string[],
  options: CheckOptions,
  context: CommandContext,
): Promise<void> {
  if (isLive(options)) {
    const { runLive } = await import('./check-live.js');
    return runLive(paths, options, context);
  }
  const [flag] = liveOnly(options);
  if (flag !== undefined) {
    throw new DriftmarkError('usage', `${flag} is about live databases, and none is named.`, {
      remedy: 'Name one with --url, several with --urls-from, or those of the config with --live.',
    });
  }
  const loadJob = async () => {
    const job = await import('../../operations/check.js');
    return (target: Target, environment: BuildEnvironment, cwd: string) =>
      job.check(target, environment, cwd, options);
  };
  return runTargets(loadJob, paths, options, context);
}
