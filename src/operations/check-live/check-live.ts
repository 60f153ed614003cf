import { BOOKKEEPING } from '../../replay/read-schema.js';
import { checkTenants, type ReadSchemas } from './tenants.js';
import { DriftmarkError } from '../../errors.js';
import { labelOf, type Address } from '../../live/connection/address.js';
import { appliedIn } from '../../live/applied-migrations.js';
import type { LiveReading } from '../../live/read.js';
import { readWithRetries, type RetryOptions } from '../../live/retry.js';
import type { LiveFacts, Outcome } from '../../outcome.js';
import type { Baseline } from './baseline.js';
import type { LiveSchema, LiveComparator } from '../../drift/live-comparator.js';

export interface LiveCheckOptions extends RetryOptions {
  readonly judge: LiveComparator;
  /** Globs: each of the database's schemas that match is compared with the one schema that the report has. */
  readonly tenants?: readonly string[];
  readonly notice: (text: string) => void;
}

/**
 * Compares a live database with a committed report. It gives one outcome, or one for each tenant's schema as soon as
 * it is known; what cannot be read is an outcome, too. Nothing is kept of a schema once it has been judged.
 */
export async function* checkLive(
  reference: Baseline,
  address: Address,
  options: LiveCheckOptions,
): AsyncGenerator<Outcome> {
  const label = labelOf(address);
  const read = reader(reference, address, options);
  let began = performance.now();
  const outcomeOf = (facts: Partial<LiveFacts>, result: Outcome['result'], shared = 1): Outcome => {
    const seconds = (performance.now() - began) / 1000 / shared;
    const live: LiveFacts = { database: label, leftOut: [], otherSchemas: [], ...facts };
    return { name: reference.target.name, report: reference.file, seconds, live, failedDowns: [], result };
  };
  try {
    if (options.tenants === undefined) {
      const found = await readOne(reference, read);
      const { facts, result } = await options.judge.compare(found);
      const { versionNum, otherNamespaces: otherSchemas } = found.reading;
      yield outcomeOf({ ...facts, versionNum, otherSchemas }, result);
      return;
    }
    for await (const chunk of checkTenants(read, options.judge, options.tenants, label)) {
      for (const { tenant: schema, versionNum, judgement } of chunk) {
        const { facts, result } = judgement;
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
  { target, report }: Baseline,
  address: Address,
  { notice, ...options }: LiveCheckOptions,
): ReadSchemas {
  const hasVersions = report.schema.objects.extension.some(({ version }) => version !== undefined);
  return (how) =>
    readWithRetries(
      address,
      {
        label: labelOf(address),
        bookkeeping: BOOKKEEPING,
        extensionVersions: target.settings.extensionVersions ?? hasVersions,
        detail: report.format,
        notice,
        ...how,
      },
      options,
    );
}

async function readOne(
  { report }: Baseline,
  read: ReadSchemas,
): Promise<LiveSchema & { readonly reading: LiveReading }> {
  const { namespaces } = report.schema;
  const [home] = namespaces;
  const reading = await read({
    groups: (found) => [namespaces.filter((name) => found.includes(name))],
    // A database may lack the first schema; its texts are printed as if it were there.
    ...(home !== undefined && { home }),
  });
  const [schema] = reading.schemas;
  if (!schema) {
    throw new DriftmarkError('read-failed', 'Nothing was read.', {
      remedy: 'Correct --schema: the database has none of the schemas that were asked for.',
    });
  }
  return {
    schema,
    applied: appliedIn(reading.appliedMigrations, namespaces),
    readers: reading.readingRoles,
    reading,
  };
}
