import path from 'node:path';
import { check } from '../../operations/check.js';
import { readCommitted } from '../../project/committed-report.js';
import { resolveConfig } from '../../config/config.js';
import type { TargetJob } from '../../operations/run-targets.js';
import { DriftmarkError } from '../../errors.js';
import { planInit, type InitPlan } from '../../init/plan.js';
import { writePlanned } from '../../init/write.js';
import { update } from '../../operations/update.js';
import { canAsk, confirmOn } from '../output/ask.js';
import type { CommandContext } from '../context.js';
import type { CommonOptions } from '../options/common.js';
import { renderFile, renderNext, renderReports } from '../output/init-text.js';
import { runTargets } from '../session.js';

export interface InitOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** Shows each file that it would write, asks, and writes it; then the first reports. */
export async function init(options: InitOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const plan = await planInit(await resolveConfig(options, host.env, host.cwd()));
  const isMissing = plan.files.length > 0 || plan.reports.some(({ format }) => format === undefined);
  if (isMissing && options.yes !== true && !canAsk(host)) {
    await offer(plan, context, () => Promise.resolve(false));
    throw new DriftmarkError('usage', 'There is no terminal on which to ask before files are written.', {
      remedy: 'Write them without asking: driftmark init --yes',
    });
  }
  const isWanted = async (question: string): Promise<boolean> => {
    if (options.yes === true) return true;
    const answer = await confirmOn(context, question);
    streams.err('\n');
    return answer;
  };
  if (await offer(plan, context, isWanted))
    await runTargets(() => Promise.resolve(firstReport), [], options, context);
  await streams.out(renderNext(plan, streams.outChalk));
}

/** Shows each file, and writes it where that is wanted. True where the reports are wanted, or are all there. */
async function offer(
  { files, reports }: InitPlan,
  { host, streams }: CommandContext,
  isWanted: (question: string) => Promise<boolean>,
): Promise<boolean> {
  const cwd = host.cwd();
  for (const each of files) {
    const verb = each.before === undefined ? 'Write' : 'Change';
    await streams.out(`${renderFile(each, cwd, streams.outChalk)}\n`);
    if (await isWanted(`${verb} ${path.relative(cwd, each.file)}?`)) await writePlanned(each);
  }
  await streams.out(`${renderReports(reports, cwd, streams.outChalk)}\n`);
  const missing = reports.filter(({ format }) => format === undefined);
  const what = missing.length === 1 ? 'this report' : `these ${missing.length} reports`;
  return missing.length === 0 || isWanted(`Write ${what}?`);
}

/** Writes the report where there is none. One that is there is not touched. */
const firstReport: TargetJob = async (target, environment, cwd) => {
  const { type } = await readCommitted(target.report);
  return (type === 'none' ? update : check)(target, environment, cwd);
};
