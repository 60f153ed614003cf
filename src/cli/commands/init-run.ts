import path from 'node:path';
import { check } from '../../operations/check.js';
import { readCommitted } from '../../project/committed-report.js';
import { resolveConfig } from '../../config/config.js';
import type { TargetJob } from '../../operations/run-targets.js';
import { DriftmarkError } from '../../errors.js';
import { planInit, type InitPlan } from '../../init/plan.js';
import { writePlanned } from '../../init/write.js';
import type { ExitCode } from '../../outcome.js';
import { update } from '../../operations/update.js';
import { canAsk, confirmOn } from '../output/ask.js';
import type { CommandContext } from '../context.js';
import type { OutputOptions, SettingOptions } from '../options/common.js';
import { noticesTo } from '../output/stderr.js';
import {
  renderFile,
  renderFound,
  renderNext,
  renderPostgres,
  renderReports,
  reportsQuestion,
} from '../output/init-text.js';
import { textOptionsFor } from '../output/text-options.js';
import { wrap } from '../../reporters/formatting/wrap.js';
import { runTargets } from '../run-targets.js';

export interface InitOptions extends SettingOptions, OutputOptions {
  readonly yes?: boolean;
}

/** Says what it found, shows each file that it would write, asks, and writes it; then the first reports. */
export async function init(options: InitOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const config = await resolveConfig(options, host.env, host.cwd(), noticesTo(context, options));
  const plan = await planInit(config);
  const isMissing = plan.files.length > 0 || plan.reports.some(({ format }) => format === undefined);
  if (options.quiet !== true) {
    const { columns } = textOptionsFor('stderr', context);
    const found = [renderFound(plan, host.cwd()), renderPostgres(plan.project, config)];
    streams.err(`${found.map((text) => wrap(text, columns).join('\n')).join('')}\n`);
  }
  if (!isMissing) {
    await streams.out('Already set up. Nothing to write.\n');
    return;
  }
  if (options.yes !== true && !canAsk(host)) {
    await offer(plan, context, () => Promise.resolve(false));
    throw new DriftmarkError('usage', 'Cannot ask for confirmation: stdin is not a terminal.', {
      remedy: 'Run `npx driftmark init --yes` to write the files without asking.',
    });
  }
  const isConfirmed = async (question: string): Promise<boolean> => {
    if (options.yes === true) return true;
    const answer = await confirmOn(context, question);
    streams.err('\n');
    return answer;
  };
  let isFailed = false;
  if (await offer(plan, context, isConfirmed)) {
    const exit = (code: ExitCode): void => {
      isFailed = code === 1;
      context.exit(code);
    };
    await runTargets(() => Promise.resolve(firstReport), [], options, { ...context, exit });
  }
  await streams.out(renderNext(plan, streams.outChalk, isFailed));
}

/** Shows each file and writes it if that is confirmed. Returns whether to write and check the reports. */
async function offer(
  { files, reports }: InitPlan,
  { host, streams }: CommandContext,
  isConfirmed: (question: string) => Promise<boolean>,
): Promise<boolean> {
  const cwd = host.cwd();
  for (const each of files) {
    const verb = each.before === undefined ? 'Write' : 'Change';
    await streams.out(`${renderFile(each, cwd, streams.outChalk)}\n`);
    if (await isConfirmed(`${verb} ${path.relative(cwd, each.file)}?`)) await writePlanned(each);
  }
  await streams.out(`${renderReports(reports, cwd, streams.outChalk)}\n`);
  const missing = reports.filter(({ format }) => format === undefined);
  return missing.length === 0 || isConfirmed(reportsQuestion(missing, cwd));
}

/** Writes the report if it is missing. An existing report is checked and left alone. */
const firstReport: TargetJob = async (target, environment, cwd) => {
  const { type } = await readCommitted(target.report);
  return (type === 'none' ? update : check)(target, environment, cwd);
};
