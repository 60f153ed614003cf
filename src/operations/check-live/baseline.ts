import path from 'node:path';
import picomatch from 'picomatch';
import { readCommitted } from '../../project/committed-report.js';
import { DriftmarkError } from '../../errors.js';
import { render } from '../../report/formats.js';
import type { Report } from '../../report/report.js';
import { withoutExternalObjects } from '../../schema/external-objects.js';
import type { Schema } from '../../schema/model.js';
import { selectNamespaces } from '../../schema/select-namespaces.js';
import { hasMigrations, readTargetMigrations, type Target } from '../../project/targets.js';
import type { HistoryTable } from '../../migrations/history-tables.js';

/** A committed report that live databases are compared with. */
export interface Baseline {
  readonly target: Target;
  readonly report: Report;
  readonly text: string;
  /** Relative to the working directory. */
  readonly file: string;
  /** The history tables whose names the project's configuration chose. */
  readonly historyTables: readonly HistoryTable[];
}

/**
 * Reads the report that databases are compared with.
 * @throws {DriftmarkError} code `report-missing` or `report-invalid` if there is nothing to compare with.
 */
export async function readBaseline(target: Target, cwd: string): Promise<Baseline> {
  const committed = await readCommitted(target.report);
  const file = path.relative(cwd, target.report);
  if (committed.type === 'report') {
    const { report, text } = committed;
    return { target, report, text, file, historyTables: await historyTablesOf(target) };
  }
  const remedy = 'Create it with `npx driftmark update`.';
  throw committed.type === 'none'
    ? new DriftmarkError(
        'report-missing',
        `Report ${file} does not exist, so there is nothing to compare the database with.`,
        { remedy },
      )
    : new DriftmarkError('report-invalid', committed.problem.message, {
        place: { file, line: committed.problem.line },
        remedy,
      });
}

/** Migrations that cannot be read only explain less: differences are found without them. */
async function historyTablesOf(target: Target): Promise<readonly HistoryTable[]> {
  if (!hasMigrations(target) || target.command) return [];
  try {
    return (await readTargetMigrations(target, {})).historyTables;
  } catch (error) {
    if (error instanceof DriftmarkError) return [];
    throw error;
  }
}

/** What is compared of a live database. */
export interface LiveScope {
  readonly baseline: Baseline;
  /** Globs: every schema of the database that matches one is compared with the only schema of the report. */
  readonly tenants?: readonly string[];
}

/**
 * The scope of `--schema`. If the report covers one schema, every schema of the database that matches is compared with
 * it. If the report covers several, those of them that match are compared.
 * @throws {DriftmarkError} code `usage` if no schema of the report matches.
 */
export function resolveScope(schemas: readonly string[] | undefined, baseline: Baseline): LiveScope {
  if (schemas === undefined) return { baseline };
  const { report, file } = baseline;
  const { namespaces } = report.schema;
  // The objects outside of a tenant's schema are not the tenant's.
  if (namespaces.length <= 1)
    return { baseline: withSchema(baseline, withoutExternalObjects(report.schema)), tenants: schemas };
  const matches = picomatch([...schemas], { bash: true, dot: true });
  const schema = selectNamespaces(report.schema, matches);
  if (schema.namespaces.length === 0) {
    throw new DriftmarkError(
      'usage',
      `--schema ${schemas.join(', ')} does not match any schema in ${file} (${namespaces.join(', ')}).`,
      {
        remedy:
          'Check the name or pattern. A report can be compared with schemas of a different name only if it covers a single schema.',
      },
    );
  }
  return { baseline: withSchema(baseline, schema) };
}

function withSchema(baseline: Baseline, schema: Schema): Baseline {
  if (schema === baseline.report.schema) return baseline;
  const report = { ...baseline.report, schema };
  return { ...baseline, report, text: render(report) };
}
