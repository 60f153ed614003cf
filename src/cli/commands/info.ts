import { Command } from 'commander';
import { resolveConfig } from '../../config/config.js';
import { DriftmarkError } from '../../errors.js';
import type { CommandContext } from '../context.js';
import { GROUPS, type SettingOptions } from '../options/common.js';
import { withOptions } from '../options/option-sets.js';
import { noticesTo } from '../output/stderr.js';
import { driftmarkVersion } from '../../util/package-info.js';

interface InfoOptions extends SettingOptions {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  npx driftmark info
  npx driftmark info --json`;

/** `driftmark info`. */
export function infoCommand(context: CommandContext): Command {
  const command = new Command('info')
    .summary('print what a bug report needs')
    .description(
      'Prints the versions of driftmark, Node and PostgreSQL, the system, the package manager, the config file and the targets, for a bug report. Starts the scratch server once. Prints no passwords and no connection URLs.',
    )
    .optionsGroup(GROUPS.output)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES);
  withOptions(command, ['config', 'scratch']);
  return command.action((options: InfoOptions) => printInfo(options, context));
}

async function printInfo(options: InfoOptions, context: CommandContext): Promise<void> {
  const { host, streams, signal } = context;
  const cwd = host.cwd();
  const notice = noticesTo(context);
  const [{ collectInfo }, { renderInfo }] = await Promise.all([
    import('../../operations/info.js'),
    import('../output/info-text.js'),
  ]);
  const config = await resolveConfig(options, host.env, cwd, notice).catch((error: unknown) => {
    if (error instanceof DriftmarkError) return error;
    throw error;
  });
  const info = await collectInfo({ cwd, config, version: driftmarkVersion(), notice, signal });
  await streams.out(
    options.json === true ? `${JSON.stringify({ version: 1, ...info }, null, 2)}\n` : renderInfo(info),
  );
}
