import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BuildEnvironment } from '../replay/environment.js';
import { readReplaceable, type Committed } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import { attributed, differencesOf } from './differences.js';
import { makeReport, sizeOf, type MadeReport } from './make-report.js';
import type { ExplainedChange, Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';

/**
 * Writes the report of a target's migrations, if its bytes differ. Only a report is ever replaced. The outcome lists what
 * changed in the report.
 */
export async function update(target: Target, environment: BuildEnvironment, cwd: string): Promise<Outcome> {
  const began = performance.now();
  const committed = await readReplaceable(target.report);
  const made = await makeReport(target, committed, environment);
  const isSame = committed.type !== 'none' && committed.text === made.text;
  if (!isSame) await write(target.report, made.text);
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
          changes: await changesOf(committed, made, environment),
        },
    seconds: (performance.now() - began) / 1000,
  };
}

/** The changes in the report. Empty if the committed report did not exist or could not be read. */
async function changesOf(
  committed: Committed,
  made: MadeReport,
  environment: BuildEnvironment,
): Promise<readonly ExplainedChange[]> {
  if (committed.type !== 'report') return [];
  const { changes } = await differencesOf(committed.report, made, environment);
  return attributed(changes, made, environment);
}

async function write(file: string, text: string): Promise<void> {
  try {
    await ensureFolder(path.dirname(file));
    await writeFileAtomic(file, text);
  } catch (error) {
    throw new DriftmarkError('file-failed', `The report could not be written: ${String(error)}`, {
      place: { file },
      remedy: 'Check the file permissions, or set `report` to another path.',
      cause: error,
    });
  }
}
