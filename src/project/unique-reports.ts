import path from 'node:path';
import { DriftmarkError } from '../errors.js';

interface WithReport {
  readonly name: string;
  readonly report: string;
  readonly migrations: string;
  readonly command?: { readonly command: string };
}

/**
 * Rejects targets of different migrations folders that share a report, and reports whose path is a migration file. Two
 * targets with the same folder may share a report, to compare it with two databases.
 * @throws {DriftmarkError} `config`
 */
export function assertUniqueReports(targets: readonly WithReport[], cwd: string): void {
  const owners = new Map<string, WithReport>();
  for (const target of targets) {
    const report = path.relative(cwd, target.report);
    if (isAmongMigrations(target)) {
      throw new DriftmarkError(
        'config',
        `The report path of ${target.name} (${report}) points at a migration file, which would be overwritten.`,
        {
          remedy: 'Set `report` to a path outside of the migrations folder, or to one that ends in .md.',
        },
      );
    }
    const owner = owners.get(target.report) ?? target;
    owners.set(target.report, owner);
    if (owner.migrations === target.migrations && owner.command?.command === target.command?.command)
      continue;
    throw new DriftmarkError('config', `${owner.name} and ${target.name} have the same report, ${report}.`, {
      remedy: 'Set `report` to a different path for each target.',
    });
  }
}

const isAmongMigrations = ({ report, migrations, command }: WithReport) =>
  command === undefined && report.startsWith(migrations + path.sep) && path.extname(report) !== '.md';
