import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BuildEnvironment } from '../replay/environment.js';
import { readReplaceable } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import { makeReport } from './make-report.js';
import type { Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';

/** Writes the report of a target's migrations, if its bytes differ. Only a report is ever replaced. */
export async function update(target: Target, environment: BuildEnvironment, cwd: string): Promise<Outcome> {
  const began = performance.now();
  const committed = await readReplaceable(target.report);
  const { text, plan, built } = await makeReport(target, committed, environment);
  const isSame = committed.type !== 'none' && committed.text === text;
  if (!isSame) await write(target.report, text);
  const size = {
    ...(plan.folder.command === undefined && { migrations: plan.folder.migrations.length }),
    layout: plan.folder.layout,
    tables: built.schema.objects.table.length,
  };
  return {
    name: target.name,
    report: path.relative(cwd, target.report),
    seconds: (performance.now() - began) / 1000,
    failedDowns: built.failedDowns,
    result: isSame
      ? { type: 'in-sync', ...size }
      : { type: 'written', ...size, isNew: committed.type === 'none' },
  };
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
