import path from 'node:path';
import { DriftmarkError } from '../errors.js';

interface WithReport {
  readonly name: string;
  readonly report: string;
  readonly migrations: string;
}

/**
 * Sees to it that no report is for two migrations folders, or is a migration. One report of the same folder may be held
 * to two databases.
 * @throws {DriftmarkError} `config`
 */
export function assertUniqueReports(targets: readonly WithReport[], cwd: string): void {
  const owners = new Map<string, WithReport>();
  for (const target of targets) {
    const report = path.relative(cwd, target.report);
    if (isAmongMigrations(target)) {
      throw new DriftmarkError(
        'config',
        `The report of ${target.name}, ${report}, is a file of its migrations.`,
        {
          remedy: 'Name a file elsewhere, or one that ends in .md, with the setting `report`.',
        },
      );
    }
    const owner = owners.get(target.report) ?? target;
    owners.set(target.report, owner);
    if (owner.migrations === target.migrations) continue;
    throw new DriftmarkError('config', `${owner.name} and ${target.name} have the same report, ${report}.`, {
      remedy: 'Give each target its own, with the setting `report`.',
    });
  }
}

const isAmongMigrations = ({ report, migrations }: WithReport) =>
  report.startsWith(migrations + path.sep) && path.extname(report) !== '.md';
