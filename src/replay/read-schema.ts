import picomatch from 'picomatch';
import { introspect } from '../introspect/introspect.js';
import type { Connection } from '../introspect/statements.js';
import type { ReportFormat } from '../report/report.js';
import type { Schema } from '../schema/model.js';
import type { Target } from '../project/targets.js';

/** The tables in which the migration tools keep their books, as LIKE patterns. */
export const BOOKKEEPING = ['knex\\_migrations%'];

/** Which schemas names or globs cover; undefined where there are none. */
export const schemaMatcher = (schemas: readonly string[] | undefined) =>
  schemas === undefined ? undefined : picomatch([...schemas]);

/** Reads the schema of a database, as far as a target's report covers it. */
export function readSchema(connection: Connection, target: Target, format: ReportFormat): Promise<Schema> {
  const { schemas, extensionVersions = false } = target.settings;
  if (format === 'backstage') {
    const covers = (namespace: string) => namespace === 'public';
    return introspect(connection, { covers, bookkeeping: BOOKKEEPING, detail: 'backstage' });
  }
  const covers = schemaMatcher(schemas) ?? (() => true);
  return introspect(connection, { covers, bookkeeping: BOOKKEEPING, extensionVersions });
}
