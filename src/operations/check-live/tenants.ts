import { schemaNotFound } from '../schema-not-found.js';
import picomatch from 'picomatch';
import { DriftmarkError } from '../../errors.js';
import { appliedIn } from '../../live/applied-migrations.js';
import type { LiveReading } from '../../live/read.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import { byCodePoint } from '../../schema/model.js';
import type { LiveComparator, LiveComparison } from '../../drift/live-comparator.js';
import { firstsOf, readOverview, type Overview, type ReadSchemas } from './tenant-overview.js';

/** The result for one tenant schema. */
export interface TenantResult {
  readonly tenant: string;
  readonly versionNum?: number;
  readonly comparison: LiveComparison;
  /** The fingerprint of the catalogs when the schema was read. */
  readonly fingerprint?: string;
}

/** The number of schemas in the first chunk, the largest number, and the number of objects that a chunk should have. */
const [FIRST_CHUNK, LARGEST_CHUNK, OBJECTS_IN_CHUNK] = [20, 2000, 120_000];
/** A transaction that lasts longer keeps the server from removing dead rows. */
const LONGEST_SWEEP_MS = 20_000;
/** How many times as many chunks a transaction reads as the one before, as long as they are short. */
const MORE_CHUNKS = 4;
/** The number of schemas that are read one after the other in one transaction. */
const BATCH = 20;

interface Tools {
  readonly read: ReadSchemas;
  readonly comparator: LiveComparator;
  /** The result for each shape that was compared. */
  readonly known: Map<string, LiveComparison>;
}

/**
 * Compares every tenant schema of a database with the only schema of a report, some chunks of schemas at a time.
 *
 * PostgreSQL prints expressions, such as the query of a view, relative to the search path. Reading a schema with its
 * own search path needs separate queries, and each query scans the catalogs of the whole database: for thousands of
 * schemas, that would take hours. Therefore many schemas are read together, with every name qualified. Schemas that
 * differ only in the name of the schema have the same shape, and only the first schema of each shape is read
 * separately and compared.
 *
 * Each transaction looks at the whole database once, for its fingerprint. So that the time grows with the number of
 * schemas, and not with its square, a transaction reads more chunks than the one before if that one was short.
 * @throws {DriftmarkError} `usage` if no schema matches, and the errors of reading.
 */
export async function* checkTenants(
  read: ReadSchemas,
  comparator: LiveComparator,
  globs: readonly string[],
  label: string,
): AsyncGenerator<readonly TenantResult[]> {
  const { otherNamespaces, horizon } = await read({ groups: () => [] });
  const tools: Tools = {
    read: (options) => read({ ...options, horizon }),
    comparator,
    known: new Map<string, LiveComparison>(),
  };
  const isTenant = picomatch([...globs], { bash: true, dot: true });
  const waiting = otherNamespaces.filter((name) => isTenant(name)).sort(byCodePoint);
  if (waiting.length === 0)
    throw schemaNotFound({
      code: 'usage',
      message: `${label} has no schema that matches`,
      wanted: globs,
      existing: otherNamespaces,
    });
  const isShapeKnown = (shape: string) => tools.known.has(shape);
  for (let [size, chunks] = [FIRST_CHUNK, 1]; waiting.length > 0;) {
    const began = performance.now();
    const overview = await readOverview(waiting, { size, chunks }, { ...tools, isShapeKnown });
    const seen = waiting.splice(0, overview?.seen ?? size);
    yield overview ? await compareByShape(overview, tools) : await compareEach(seen, tools);
    size = Math.floor((OBJECTS_IN_CHUNK / (overview?.objects ?? 1)) * seen.length);
    size = Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, size));
    const isShort = (performance.now() - began) * MORE_CHUNKS < LONGEST_SWEEP_MS;
    chunks = Math.ceil(seen.length / size) * (isShort ? MORE_CHUNKS : 1);
  }
}

async function compareByShape(overview: Overview, tools: Tools): Promise<readonly TenantResult[]> {
  const { shapes, kinds, fingerprint, versionNum } = overview;
  const { known } = tools;
  const compared = new Map<string, TenantResult>();
  const add = (results: readonly TenantResult[]): void => {
    for (const result of results) {
      compared.set(result.tenant, result);
      if (result.fingerprint === fingerprint) known.set(shapes.get(result.tenant) ?? '', result.comparison);
    }
  };
  add(await compareSchemas(overview, tools));
  add(
    await compareEach(
      firstsOf(shapes, (shape) => known.has(shape)),
      tools,
      kinds,
    ),
  );
  // If the catalogs changed between the two readings, the result is not valid for other tenants, and the tenant may
  // contain other kinds of objects.
  const isChanged = (result: TenantResult) =>
    result.fingerprint !== undefined && result.fingerprint !== fingerprint;
  const changed = [...compared.values()].filter(isChanged).map(({ tenant }) => tenant);
  for (const result of await compareEach(changed, tools)) compared.set(result.tenant, result);
  const results: TenantResult[] = [];
  for (const [tenant, shape] of shapes) {
    const comparison = known.get(shape);
    const own = compared.get(tenant);
    if (own) results.push(own);
    else if (comparison) results.push({ tenant, comparison, versionNum });
    else results.push(...(await compareEach([tenant], tools)));
  }
  return results;
}

/**
 * Reads and compares each tenant separately, in batches. If a tenant has a hidden object, the others of its batch are
 * still compared.
 * @param kinds The kinds of objects to read for each tenant. Default: all.
 */
async function compareEach(
  tenants: readonly string[],
  tools: Tools,
  kinds?: ReadonlyMap<string, readonly Kind[]>,
): Promise<readonly TenantResult[]> {
  const results: TenantResult[] = [];
  for (let at = 0; at < tenants.length; at += BATCH) {
    const batch = tenants.slice(at, at + BATCH);
    try {
      results.push(...(await compareBatch(batch, tools, kinds)));
    } catch (error) {
      if (!(error instanceof DriftmarkError) || error.code !== 'incomplete') throw error;
      const [tenant, ...others] = batch;
      if (others.length > 0)
        for (const each of batch) results.push(...(await compareEach([each], tools, kinds)));
      else if (tenant !== undefined)
        results.push({
          tenant,
          comparison: { facts: { leftOut: [] }, result: { type: 'failed', error } },
        });
    }
  }
  return results;
}

async function compareBatch(
  batch: readonly string[],
  { read, comparator }: Tools,
  kinds: ReadonlyMap<string, readonly Kind[]> | undefined,
): Promise<readonly TenantResult[]> {
  const reading = await read({
    groups: (found) => batch.filter((name) => found.includes(name)).map((name) => [name]),
    ...(kinds && { kindsOf: ([name = '']) => kinds.get(name) ?? ALL_KINDS }),
  });
  return compareSchemas(reading, { comparator });
}

/** Compares schemas that were read separately. */
async function compareSchemas(
  { schemas, appliedMigrations, readingRoles, fingerprint, versionNum }: Omit<LiveReading, 'horizon'>,
  { comparator }: Pick<Tools, 'comparator'>,
): Promise<readonly TenantResult[]> {
  const results: TenantResult[] = [];
  for (const schema of schemas) {
    const [tenant] = schema.namespaces;
    if (tenant === undefined) continue;
    const comparison = await comparator.compare({
      schema,
      tenant,
      applied: appliedIn(appliedMigrations, [tenant]),
      readers: readingRoles,
    });
    results.push({ tenant, comparison, versionNum, fingerprint });
  }
  return results;
}
