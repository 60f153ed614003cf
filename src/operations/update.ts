import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { BuildEnvironment } from '../replay/environment.js';
import { readCommitted } from '../project/committed-report.js';
import { DriftmarkError } from '../errors.js';
import { ensureFolder } from '../util/fs.js';
import { makeReport } from './make-report.js';
import type { Outcome } from '../outcome.js';
import type { Target } from '../project/targets.js';

/** Builds a target's schema from its migrations and writes the report of it, where its bytes differ. */
export async function update(target: Target, environment: BuildEnvironment, cwd: string): Promise<Outcome> {
  const began = performance.now();
  const committed = await readCommitted(target.report);
  const { text, plan, built } = await makeReport(target, committed, environment);
  const isSame = committed.type !== 'none' && committed.text === text;
  if (!isSame) await write(target.report, text);
  const size = { migrations: plan.folder.migrations.length, tables: built.schema.objects.table.length };
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
      remedy: 'Let this user write it, or name another file in the setting `report`.',
      cause: error,
    });
  }
}
