import path from 'node:path';
import picomatch from 'picomatch';
import { readCommitted } from '../../project/committed-report.js';
import { DriftmarkError } from '../../errors.js';
import { render } from '../../report/formats.js';
import type { Report } from '../../report/report.js';
import { selectNamespaces } from '../../schema/select-namespaces.js';
import type { Target } from '../../project/targets.js';

/** A committed report that live databases are held against. */
export interface Baseline {
  readonly target: Target;
  readonly report: Report;
  readonly text: string;
  /** Relative to the working directory. */
  readonly file: string;
}

/**
 * Reads the report that databases are to be compared with.
 * @throws {DriftmarkError} `report-missing`, `report-invalid`: there is nothing to compare with.
 */
export async function readReference(target: Target, cwd: string): Promise<Baseline> {
  const committed = await readCommitted(target.report);
  const file = path.relative(cwd, target.report);
  if (committed.type === 'report') return { target, report: committed.report, text: committed.text, file };
  const remedy = 'Make it with `npx driftmark update`.';
  throw committed.type === 'none'
    ? new DriftmarkError('report-missing', `There is no ${file} to compare a database with.`, { remedy })
    : new DriftmarkError('report-invalid', committed.problem.message, {
        place: { file, line: committed.problem.line },
        remedy,
      });
}

/** What `--schema` means for a live database. */
export interface LiveScope {
  readonly reference: Baseline;
  /** Each of the database's schemas that match is compared with the one schema that the report has. */
  readonly tenants?: readonly string[];
}

/**
 * A report of one schema is the measure of every schema of the database that is named; of a report of several, the
 * ones that are named are compared.
 * @throws {DriftmarkError} `usage` where the report has none of them.
 */
export function resolveScope(schemas: readonly string[] | undefined, reference: Baseline): LiveScope {
  if (schemas === undefined) return { reference };
  const { report, file } = reference;
  const { namespaces } = report.schema;
  if (namespaces.length <= 1) return { reference, tenants: schemas };
  const isMeant = picomatch([...schemas], { bash: true, dot: true });
  const schema = selectNamespaces(report.schema, isMeant);
  if (schema.namespaces.length === 0) {
    throw new DriftmarkError(
      'usage',
      `${file} covers the schemas ${namespaces.join(', ')}: none of them is called ${schemas.join(', ')}.`,
      { remedy: 'Correct --schema. Only a report of one schema is compared with schemas of other names.' },
    );
  }
  const narrowed = { ...report, schema };
  return { reference: { ...reference, report: narrowed, text: render(narrowed) } };
}
