import path from 'node:path';
import type { BuildEnvironment } from '../replay/environment.js';
import { readReplaceable } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import { reasonOf } from '../util/system-error.js';
import { attributed, differencesOf, notComparable } from './differences.js';
import { makeReport, sizeOf } from './make-report.js';
import type { Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';

/**
 * Writes the report of a target's migrations, if its bytes differ. Only a report is ever replaced. The outcome lists what
 * changed in the report.
 */
export async function update(target: Target, environment: BuildEnvironment, cwd: string): Promise<Outcome> {
  const began = performance.now();
  const committed = await readReplaceable(target.report);
  const made = await makeReport(target, committed, environment);
  const differences =
    committed.type === 'report' && committed.text !== made.text
      ? await differencesOf(committed.report, made, environment, cwd)
      : notComparable(made);
  const text = differences.updated;
  const isSame = committed.type !== 'none' && committed.text === text;
  if (!isSame) await write(target.report, text);
  return {
    name: target.name,
    report: path.relative(cwd, target.report),
    versionNum: (await environment.server).versionNum,
    failedDowns: made.built.failedDowns,
    result: isSame
      ? { type: 'in-sync', ...sizeOf(made) }
      : {
          type: 'written',
          ...sizeOf(made),
          isNew: committed.type === 'none',
          changes: await attributed(differences, made, environment),
        },
    seconds: (performance.now() - began) / 1000,
  };
}

async function write(file: string, text: string): Promise<void> {
  try {
    ensureFolder(path.dirname(file));
    const { default: writeFileAtomic } = await import('write-file-atomic');
    await writeFileAtomic(file, text);
  } catch (error) {
    throw new DriftmarkError('file-failed', `The report could not be written: ${reasonOf(error)}.`, {
      place: { file },
      remedy: 'Check the file permissions, or set `report` to another path.',
      cause: error,
    });
  }
}
