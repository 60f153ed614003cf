import { Command } from 'commander';
import { DriftmarkError } from '../../errors.js';
import type { Target } from '../../project/targets.js';
import type { BuildEnvironment } from '../../replay/environment.js';
import type { CommandContext } from '../context.js';
import { policyOf, type FailOptions } from '../options/fail.js';
import { isLive, liveOnly, type LiveOptions } from '../options/live.js';
import { withOptions, type TargetCommandOptions } from '../options/option-sets.js';

const EXAMPLES = `
Examples:
  npx driftmark check                             the package in this folder
  npx driftmark check plugins/auth 'libs/*'       these packages
  npx driftmark check --ignore-classes comments   report, but do not fail
  npx driftmark check --url postgres://reader@replica.example.com/shop
  npx driftmark check --live                      the configured databases
  npx driftmark check --urls-from databases.txt   a fleet
  npx driftmark check --live --schema 'tenant_*'  every tenant schema`;

type CheckOptions = TargetCommandOptions & FailOptions & LiveOptions;

/** `driftmark check`. */
export function checkCommand(context: CommandContext): Command {
  const command = new Command('check')
    .summary('compare the migrations, or live databases, with the committed report')
    .description(
      'Applies the migrations to a scratch database and compares the resulting schema with the committed report. With --url, --urls-from or --live it compares live databases with the report instead; it only reads them. Writes nothing.',
    )
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['targets', 'config', 'live', 'fail', 'report', 'reporters', 'output', 'scratch']);
  return command.action((paths: string[], options: CheckOptions) => check(paths, options, context));
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
    throw new DriftmarkError('usage', `${flag} only applies to live databases.`, {
      remedy: 'Add --url, --urls-from or --live.',
    });
  }
  const policy = policyOf(options);
  const job = async () => {
    const operation = await import('../../operations/check.js');
    return (target: Target, environment: BuildEnvironment, cwd: string) =>
      operation.check(target, environment, cwd, policy);
  };
  const { runTargets } = await import('../run-targets.js');
  return runTargets(job, paths, options, context);
}
