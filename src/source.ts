import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { BuildEnvironment } from './build/environment.js';
import { readCommitted } from './committed.js';
import type { Config } from './config/config.js';
import { DriftmarkError } from './errors.js';
import { makeReport } from './make-report.js';
import type { Report } from './report/report.js';
import type { Target } from './targets.js';

/** Hands the scratch server's environment to whoever needs it, and only then starts the server. */
export type OnScratchServer = (use: (environment: BuildEnvironment) => Promise<void>) => Promise<void>;

/**
 * Reads a schema from wherever it is: a migrations folder, or a report.
 * @throws {DriftmarkError} `usage` where the source is neither, `report-invalid`, and what building throws.
 */
export async function readSource(
  source: string,
  config: Config,
  onScratchServer: OnScratchServer,
): Promise<Report> {
  const place = path.resolve(config.cwd, source);
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new DriftmarkError('usage', `There is no ${source}.`, {
      remedy: 'A source is a migrations folder or a report.',
    });
  }
  return found.isDirectory() ? fromMigrations(place, config, onScratchServer) : fromReport(source, place);
}

async function fromReport(source: string, file: string): Promise<Report> {
  const committed = await readCommitted(file);
  if (committed.type === 'report') return committed.report;
  throw new DriftmarkError(
    'report-invalid',
    committed.type === 'none' ? 'There is no such report.' : committed.problem.message,
    {
      place: { file: source, ...(committed.type === 'unreadable' && { line: committed.problem.line }) },
      remedy: 'Make it again with `npx driftmark update`.',
    },
  );
}

async function fromMigrations(
  folder: string,
  config: Config,
  onScratchServer: OnScratchServer,
): Promise<Report> {
  const { name: _name, migrations: _migrations, report: _report, ...defaults } = config.defaults;
  const dir = path.dirname(folder);
  const target: Target = {
    name: path.basename(dir),
    dir,
    migrations: folder,
    report: path.join(dir, 'report.sql.md'),
    settings: { ...defaults, ...config.overrides },
  };
  let report: Report | undefined;
  await onScratchServer(async (environment) => {
    ({ report } = await makeReport(target, { type: 'none' }, environment));
  });
  if (!report) throw new DriftmarkError('interrupted', 'The work was interrupted.');
  return report;
}
