import picomatch from 'picomatch';
import { incrementalReader } from '../introspect/incremental/incremental-reader.js';
import type { Connection } from '../introspect/statements.js';
import type { ReportFormat } from '../report/report.js';
import type { Schema } from '../schema/model.js';
import type { Target } from '../project/targets.js';
import { platformOf, withoutPlatform } from './platforms/platforms.js';

/** The tables in which the migration tools keep their books, as LIKE patterns. */
export const BOOKKEEPING = ['knex\\_migrations%'];

/** Which schemas names or globs cover; undefined where there are none. */
export const schemaMatcher = (schemas: readonly string[] | undefined) =>
  schemas === undefined ? undefined : picomatch([...schemas]);

/** Returns a function that reads the schema of a database, as far as a target's report covers it, again and again. */
export function schemaReader(
  connection: Connection,
  target: Target,
  format: ReportFormat,
): () => Promise<Schema> {
  const { schemas, extensionVersions = false } = target.settings;
  const verify = process.env.DRIFTMARK_VERIFY_READINGS === '1';
  if (format === 'backstage') {
    const covers = (namespace: string) => namespace === 'public';
    return incrementalReader(connection, { covers, bookkeeping: BOOKKEEPING, detail: 'backstage', verify });
  }
  const platform = platformOf(target);
  const covers = schemaMatcher(schemas) ?? ((name: string) => platform?.schemas.includes(name) !== true);
  const read = incrementalReader(connection, { covers, bookkeeping: BOOKKEEPING, extensionVersions, verify });
  return platform ? async () => withoutPlatform(await read(), platform) : read;
}
