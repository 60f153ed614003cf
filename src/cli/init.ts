import path from 'node:path';
import { check } from '../check.js';
import { readCommitted } from '../committed.js';
import { resolveConfig } from '../config/config.js';
import { DriftmarkError } from '../errors.js';
import { planInit } from '../init/plan.js';
import type { PlannedFile } from '../init/planned-file.js';
import { writePlanned } from '../init/write.js';
import { update } from '../update.js';
import { canAsk, confirmOn } from './ask.js';
import type { CommandContext } from './context.js';
import type { CommonOptions } from './options.js';
import { renderPlan } from './init-text.js';
import { runTargets, type TargetJob } from './session.js';

export interface InitOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** Shows what it would write, asks, and writes it; then the first reports. */
export async function init(options: InitOptions, context: CommandContext): Promise<void> {
  const { host, streams } = context;
  const cwd = host.cwd();
  const isAsked = options.yes !== true;
  const plan = await planInit(await resolveConfig(options, host.env, cwd));
  await streams.out(renderPlan(plan, cwd, streams.outChalk));
  if (isAsked && !canAsk(host)) {
    throw new DriftmarkError('usage', 'There is no terminal on which to ask before files are written.', {
      remedy: 'Write them without asking: driftmark init --yes',
    });
  }
  const wanted = isAsked ? await askFor(plan.files, context) : plan.files;
  if (wanted === undefined) return;
  for (const each of wanted) await writePlanned(each);
  await runTargets(() => Promise.resolve(firstReport), [], options, context);
  const { packageManager } = plan.place;
  if (packageManager?.add !== undefined)
    await streams.out(`\nNext: ${streams.outChalk.bold(packageManager.add)}\n`);
}

/** One question for all that is new, and one for each file that is there already. Undefined: nothing is to be done. */
async function askFor(
  files: readonly PlannedFile[],
  context: CommandContext,
): Promise<readonly PlannedFile[] | undefined> {
  const cwd = context.host.cwd();
  if (!(await confirmOn(context, 'Write what is new?'))) return undefined;
  const wanted = files.filter(({ before }) => before === undefined);
  for (const each of files.filter(({ before }) => before !== undefined))
    if (await confirmOn(context, `Change ${path.relative(cwd, each.file)}?`)) wanted.push(each);
  return wanted;
}

/** Writes the report where there is none. One that is there is not touched. */
const firstReport: TargetJob = async (target, environment, cwd) => {
  const { type } = await readCommitted(target.report);
  return (type === 'none' ? update : check)(target, environment, cwd);
};
