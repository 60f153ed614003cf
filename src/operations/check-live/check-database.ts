import { schemaNotFound } from '../schema-not-found.js';
import { liveHistoryPatterns } from '../../migrations/history-patterns.js';
import { checkTenants } from './tenants.js';
import type { ReadSchemas } from './tenant-overview.js';
import { DriftmarkError } from '../../errors.js';
import { platformOf, withoutPlatform } from '../../replay/platforms/platforms.js';
import { externalObjects, placesOf, withExternalObjects } from '../../schema/external-objects.js';
import { selectExternal } from '../../live/external-selection.js';
import { labelOf, type Address } from '../../live/connection/address.js';
import { appliedIn } from '../../live/applied-migrations.js';
import type { LiveReading } from '../../live/read.js';
import { readWithRetries, type RetryOptions } from '../../live/retry.js';
import type { LiveFacts, Outcome } from '../../outcome.js';
import { rolesNamedIn } from '../../schema/named-roles.js';
import type { Baseline } from './baseline.js';
import type { LiveSchema, LiveComparator } from '../../drift/live-comparator.js';

/** How one database is checked. */
export interface DatabaseCheckOptions extends RetryOptions {
  readonly comparator: LiveComparator;
  /** Globs: every schema of the database that matches one is compared with the only schema of the report. */
  readonly tenants?: readonly string[];
  readonly notice: (text: string) => void;
}

/**
 * Compares a live database with a committed report. Yields one outcome, or one for each tenant schema as soon as it is
 * known. A database that cannot be read is also an outcome. No schema is kept in memory after its comparison.
 */
export async function* checkDatabase(
  baseline: Baseline,
  address: Address,
  options: DatabaseCheckOptions,
): AsyncGenerator<Outcome> {
  const label = labelOf(address);
  const read = reader(baseline, address, options);
  let began = performance.now();
  const outcomeOf = (facts: Partial<LiveFacts>, result: Outcome['result'], shared = 1): Outcome => {
    const seconds = (performance.now() - began) / 1000 / shared;
    const live: LiveFacts = { database: label, leftOut: [], otherSchemas: [], ...facts };
    return { name: baseline.target.name, report: baseline.file, seconds, live, failedDowns: [], result };
  };
  try {
    if (options.tenants === undefined) {
      const found = await readOne(baseline, read);
      const { facts, result } = await options.comparator.compare(found);
      const { versionNum } = found.reading;
      const ofPlatform = platformOf(baseline.target)?.schemas ?? [];
      const otherSchemas = found.reading.otherNamespaces.filter((name) => !ofPlatform.includes(name));
      yield outcomeOf({ ...facts, versionNum, otherSchemas }, result);
      return;
    }
    for await (const chunk of checkTenants(read, options.comparator, options.tenants, label)) {
      for (const { tenant: schema, versionNum, comparison } of chunk) {
        const { facts, result } = comparison;
        const known = versionNum === undefined ? {} : { versionNum };
        yield outcomeOf({ ...facts, ...known, schema }, result, chunk.length);
      }
      began = performance.now();
    }
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code === 'interrupted') throw error;
    yield outcomeOf({}, { type: 'failed', error });
  }
}

function reader(
  { target, report, historyTables }: Baseline,
  address: Address,
  { notice, ...options }: DatabaseCheckOptions,
): ReadSchemas {
  const hasVersions = report.schema.objects.extension.some(({ version }) => version !== undefined);
  return (how) =>
    readWithRetries(
      address,
      {
        label: labelOf(address),
        historyTables: liveHistoryPatterns(target.command !== undefined, historyTables),
        historyRecords: historyTables,
        extensionVersions: target.settings.extensionVersions ?? hasVersions,
        detail: report.format,
        namedRoles: rolesNamedIn(report.schema),
        notice,
        ...how,
      },
      options,
    );
}

async function readOne(
  { report, target }: Baseline,
  read: ReadSchemas,
): Promise<LiveSchema & { readonly reading: LiveReading }> {
  const { namespaces } = report.schema;
  const [home] = namespaces;
  const wanted = externalObjects(report.schema);
  const external = placesOf(wanted);
  const reading = await read({
    groups: (found) => [namespaces.filter((name) => found.includes(name))],
    ...(external.kinds.length > 0 && { external }),
    // A database may lack the first schema; its expressions are printed as if the schema were there.
    ...(home !== undefined && { home }),
  });
  const [schema] = reading.schemas;
  if (!schema) {
    throw schemaNotFound({
      code: 'read-failed',
      message: 'The database has none of the schemas that the report covers:',
      wanted: namespaces,
      existing: reading.otherNamespaces,
      setting: 'the URL or `--schema`',
    });
  }
  const platform = platformOf(target);
  const own = platform ? withoutPlatform(schema, platform) : schema;
  return {
    schema: reading.external ? withExternalObjects(own, selectExternal(wanted, reading.external)) : own,
    applied: appliedIn(reading.appliedMigrations, namespaces),
    readers: reading.readingRoles,
    reading,
  };
}
