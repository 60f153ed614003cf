import picomatch from 'picomatch';
import { DriftmarkError } from '../../errors.js';
import { appliedIn } from '../../live/applied-migrations.js';
import type { LiveReading, LiveReadOptions } from '../../live/read.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import { byCodePoint } from '../../schema/model.js';
import { splitNamespaces } from '../../schema/select-namespaces.js';
import type { LiveComparator, LiveComparison } from '../../drift/live-comparator.js';
import { shapeOf } from '../../drift/tenant-shape.js';

/** Reads schemas of the database in hand. */
export type ReadSchemas = (
  options: Pick<LiveReadOptions, 'groups'> & Partial<LiveReadOptions>,
) => Promise<LiveReading>;

/** How one of many schemas of a database fared. */
export interface TenantFinding {
  readonly tenant: string;
  readonly versionNum?: number;
  readonly judgement: LiveComparison;
  /** The fingerprint of the catalogs that it was read from. */
  readonly state?: string;
}

/** Read together at first, and at most; in between as many as have about so many objects. */
const [FIRST_CHUNK, LARGEST_CHUNK, OBJECTS_IN_CHUNK] = [20, 1000, 60_000];
/** How many are read one after the other within one transaction. */
const BATCH = 20;

interface Tools {
  readonly read: ReadSchemas;
  readonly judge: LiveComparator;
  /** What came of each shape that was seen. */
  readonly known: Map<string, LiveComparison>;
}

/**
 * Compares each of a database's schemas that match with the one that a report has, some at a time.
 *
 * Texts such as a view's query depend on which schema is at home, so that each schema needs queries of its own, and
 * each query goes through the catalogs of the whole database: for thousands of schemas that would take hours. So many
 * are read at once, with every name qualified, and only the first of those that differ in nothing but the name of
 * the schema is read on its own.
 * @throws {DriftmarkError} `usage` where none matches, and what reading throws.
 */
export async function* checkTenants(
  read: ReadSchemas,
  judge: LiveComparator,
  globs: readonly string[],
  label: string,
): AsyncGenerator<readonly TenantFinding[]> {
  const { otherNamespaces, horizon } = await read({ groups: () => [] });
  const tools: Tools = {
    read: (options) => read({ ...options, horizon }),
    judge,
    known: new Map<string, LiveComparison>(),
  };
  const isTenant = picomatch([...globs], { bash: true, dot: true });
  const waiting = otherNamespaces.filter((name) => isTenant(name)).sort(byCodePoint);
  if (waiting.length === 0) throw noTenants(label, globs);
  for (let size = FIRST_CHUNK; waiting.length > 0;) {
    const chunk = waiting.splice(0, size);
    const found = await readTogether(chunk, tools);
    yield found ? await judgeTogether(chunk, found, tools) : await judgeEach(chunk, tools);
    size = Math.floor((OBJECTS_IN_CHUNK / (found?.objects ?? 1)) * chunk.length);
    size = Math.max(FIRST_CHUNK, Math.min(LARGEST_CHUNK, size));
  }
}

/** What is kept of schemas that were read together: not the schemas themselves, for they are many. */
interface Together {
  readonly shapes: ReadonlyMap<string, string>;
  /** What kinds of objects each has. */
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  readonly objects: number;
  readonly fingerprint: string;
  readonly versionNum: number;
}

/** Undefined where something is hidden: which schemas that concerns is found out one by one. */
async function readTogether(chunk: readonly string[], { read, judge }: Tools): Promise<Together | undefined> {
  try {
    const reading = await read({
      groups: (found) => [chunk.filter((name) => found.includes(name))],
      // Where nobody is at home, every name is qualified.
      home: 'pg_catalog',
      isRaw: true,
    });
    return together(reading, judge);
  } catch (error) {
    if (error instanceof DriftmarkError && error.code === 'incomplete') return undefined;
    throw error;
  }
}

function together(
  { schemas: [whole], appliedMigrations: books, fingerprint, versionNum }: LiveReading,
  judge: LiveComparator,
): Together {
  const shapes = new Map<string, string>();
  const kinds = new Map<string, readonly Kind[]>();
  for (const [tenant, part] of whole ? splitNamespaces(whole) : []) {
    const own = judge.isMentioned(tenant) ? tenant : '';
    shapes.set(tenant, JSON.stringify([shapeOf(part, tenant), appliedIn(books, [tenant]), own]));
    kinds.set(
      tenant,
      ALL_KINDS.filter((kind) => part.objects[kind].length > 0),
    );
  }
  const objects = Object.values(whole?.objects ?? {}).reduce((sum, list) => sum + list.length, 1);
  return { shapes, kinds, objects, fingerprint, versionNum };
}

async function judgeTogether(
  chunk: readonly string[],
  { shapes, kinds, fingerprint, versionNum }: Together,
  tools: Tools,
): Promise<readonly TenantFinding[]> {
  const { known } = tools;
  const isThere = chunk.filter((tenant) => shapes.has(tenant));
  const firsts = new Map<string, string>();
  for (const tenant of isThere) {
    const shape = shapes.get(tenant) ?? '';
    if (!known.has(shape) && !firsts.has(shape)) firsts.set(shape, tenant);
  }
  const alone = new Map<string, TenantFinding>();
  for (const finding of await judgeEach([...firsts.values()], tools, kinds)) {
    alone.set(finding.tenant, finding);
    if (finding.state === fingerprint) known.set(shapes.get(finding.tenant) ?? '', finding.judgement);
  }
  // What changed between the two readings says nothing of the others, and may have brought other kinds of objects.
  const isChanged = ({ state }: TenantFinding) => state !== undefined && state !== fingerprint;
  const changed = [...alone.values()].filter(isChanged).map(({ tenant }) => tenant);
  for (const finding of await judgeEach(changed, tools)) alone.set(finding.tenant, finding);
  const findings: TenantFinding[] = [];
  for (const tenant of isThere) {
    const judgement = known.get(shapes.get(tenant) ?? '');
    const own = alone.get(tenant);
    if (own) findings.push(own);
    else if (judgement) findings.push({ tenant, judgement, versionNum });
    else findings.push(...(await judgeEach([tenant], tools)));
  }
  return findings;
}

/** Reads and judges each on its own, of the kinds that it has, where they are known. One that is hidden does not hide the others. */
async function judgeEach(
  tenants: readonly string[],
  tools: Tools,
  kinds?: ReadonlyMap<string, readonly Kind[]>,
): Promise<readonly TenantFinding[]> {
  const findings: TenantFinding[] = [];
  for (let at = 0; at < tenants.length; at += BATCH) {
    const batch = tenants.slice(at, at + BATCH);
    try {
      findings.push(...(await judgeBatch(batch, tools, kinds)));
    } catch (error) {
      if (!(error instanceof DriftmarkError) || error.code !== 'incomplete') throw error;
      const [tenant, ...others] = batch;
      if (others.length > 0)
        for (const each of batch) findings.push(...(await judgeEach([each], tools, kinds)));
      else if (tenant !== undefined)
        findings.push({
          tenant,
          judgement: { facts: { leftOut: [] }, result: { type: 'failed', error } },
        });
    }
  }
  return findings;
}

async function judgeBatch(
  batch: readonly string[],
  { read, judge }: Tools,
  kinds: ReadonlyMap<string, readonly Kind[]> | undefined,
): Promise<readonly TenantFinding[]> {
  let there: readonly string[] = [];
  const {
    schemas,
    appliedMigrations: books,
    readingRoles,
    fingerprint,
    versionNum,
  } = await read({
    groups: (found) => {
      there = batch.filter((name) => found.includes(name));
      return there.map((name) => [name]);
    },
    ...(kinds && { kindsOf: ([name = '']) => kinds.get(name) ?? ALL_KINDS }),
  });
  const findings: TenantFinding[] = [];
  for (const [at, tenant] of there.entries()) {
    const schema = schemas[at];
    if (!schema) continue;
    const judgement = await judge.compare({
      schema,
      tenant,
      applied: appliedIn(books, [tenant]),
      readers: readingRoles,
    });
    findings.push({ tenant, judgement, versionNum, state: fingerprint });
  }
  return findings;
}

const noTenants = (label: string, globs: readonly string[]) =>
  new DriftmarkError('usage', `${label} has no schema that matches ${globs.join(', ')}.`, {
    remedy: 'Check the name or pattern of --schema.',
  });
