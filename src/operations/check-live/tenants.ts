import { schemaNotFound } from '../schema-not-found.js';
import picomatch from 'picomatch';
import { DriftmarkError } from '../../errors.js';
import { appliedIn } from '../../live/applied-migrations.js';
import { NO_HOME } from '../../introspect/search-path.js';
import type { LiveReading, LiveReadOptions } from '../../live/read.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import { byCodePoint } from '../../schema/model.js';
import { splitNamespaces } from '../../schema/select-namespaces.js';
import type { LiveComparator, LiveComparison } from '../../drift/live-comparator.js';
import { shapeOf } from '../../drift/tenant-shape.js';

/** Reads schemas of the database. */
export type ReadSchemas = (
  options: Pick<LiveReadOptions, 'groups'> & Partial<LiveReadOptions>,
) => Promise<LiveReading>;

/** The result for one tenant schema. */
export interface TenantResult {
  readonly tenant: string;
  readonly versionNum?: number;
  readonly comparison: LiveComparison;
  /** The fingerprint of the catalogs when the schema was read. */
  readonly fingerprint?: string;
}

/** The number of schemas in the first chunk, the largest number, and the number of objects that a chunk should have. */
const [FIRST_CHUNK, LARGEST_CHUNK, OBJECTS_IN_CHUNK] = [20, 1000, 60_000];
/** The number of schemas that are read one after the other in one transaction. */
const BATCH = 20;

interface Tools {
  readonly read: ReadSchemas;
  readonly comparator: LiveComparator;
  /** The result for each shape that was compared. */
  readonly known: Map<string, LiveComparison>;
}

/**
 * Compares every tenant schema of a database with the only schema of a report, one chunk of schemas at a time.
 *
 * PostgreSQL prints expressions, such as the query of a view, relative to the search path. Reading a schema with its
 * own search path needs separate queries, and each query scans the catalogs of the whole database: for thousands of
 * schemas, that would take hours. Therefore many schemas are read together, with every name qualified. Schemas that
 * differ only in the name of the schema have the same shape, and only the first schema of each shape is read
 * separately and compared.
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
  for (let size = FIRST_CHUNK; waiting.length > 0;) {
    const chunk = waiting.splice(0, size);
    const overview = await readOverview(chunk, tools);
    yield overview ? await compareByShape(chunk, overview, tools) : await compareEach(chunk, tools);
    size = Math.floor((OBJECTS_IN_CHUNK / (overview?.objects ?? 1)) * chunk.length);
    size = Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, size));
  }
}

/** The data that is kept of a chunk. The schemas themselves would need too much memory. */
interface Overview {
  readonly shapes: ReadonlyMap<string, string>;
  /** The kinds of objects that each schema contains. */
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  readonly objects: number;
  readonly fingerprint: string;
  readonly versionNum: number;
}

/**
 * Reads the schemas of a chunk together.
 * @returns undefined if an object is hidden from the role. Reading each schema separately then shows in which one.
 */
async function readOverview(
  chunk: readonly string[],
  { read, comparator }: Tools,
): Promise<Overview | undefined> {
  try {
    const reading = await read({
      groups: (found) => [chunk.filter((name) => found.includes(name))],
      home: NO_HOME,
      isRaw: true,
    });
    return overviewOf(reading, comparator);
  } catch (error) {
    if (error instanceof DriftmarkError && error.code === 'incomplete') return undefined;
    throw error;
  }
}

function overviewOf(
  { schemas: [whole], appliedMigrations, fingerprint, versionNum }: LiveReading,
  comparator: LiveComparator,
): Overview {
  const shapes = new Map<string, string>();
  const kinds = new Map<string, readonly Kind[]>();
  for (const [tenant, part] of whole ? splitNamespaces(whole) : []) {
    const own = comparator.isMentioned(tenant) ? tenant : '';
    shapes.set(tenant, JSON.stringify([shapeOf(part, tenant), appliedIn(appliedMigrations, [tenant]), own]));
    kinds.set(
      tenant,
      ALL_KINDS.filter((kind) => part.objects[kind].length > 0),
    );
  }
  const objects = Object.values(whole?.objects ?? {}).reduce((sum, list) => sum + list.length, 1);
  return { shapes, kinds, objects, fingerprint, versionNum };
}

async function compareByShape(
  chunk: readonly string[],
  { shapes, kinds, fingerprint, versionNum }: Overview,
  tools: Tools,
): Promise<readonly TenantResult[]> {
  const { known } = tools;
  const existing = chunk.filter((tenant) => shapes.has(tenant));
  const firsts = new Map<string, string>();
  for (const tenant of existing) {
    const shape = shapes.get(tenant) ?? '';
    if (!known.has(shape) && !firsts.has(shape)) firsts.set(shape, tenant);
  }
  const compared = new Map<string, TenantResult>();
  for (const result of await compareEach([...firsts.values()], tools, kinds)) {
    compared.set(result.tenant, result);
    if (result.fingerprint === fingerprint) known.set(shapes.get(result.tenant) ?? '', result.comparison);
  }
  // If the catalogs changed between the two readings, the result is not valid for other tenants, and the tenant may
  // contain other kinds of objects.
  const isChanged = (result: TenantResult) =>
    result.fingerprint !== undefined && result.fingerprint !== fingerprint;
  const changed = [...compared.values()].filter(isChanged).map(({ tenant }) => tenant);
  for (const result of await compareEach(changed, tools)) compared.set(result.tenant, result);
  const results: TenantResult[] = [];
  for (const tenant of existing) {
    const comparison = known.get(shapes.get(tenant) ?? '');
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
  let existing: readonly string[] = [];
  const { schemas, appliedMigrations, readingRoles, fingerprint, versionNum } = await read({
    groups: (found) => {
      existing = batch.filter((name) => found.includes(name));
      return existing.map((name) => [name]);
    },
    ...(kinds && { kindsOf: ([name = '']) => kinds.get(name) ?? ALL_KINDS }),
  });
  const results: TenantResult[] = [];
  for (const [at, tenant] of existing.entries()) {
    const schema = schemas[at];
    if (!schema) continue;
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
