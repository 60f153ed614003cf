import { namesAmong } from '../../drift/tenant-name.js';
import { shapeOf } from '../../drift/tenant-shape.js';
import { DriftmarkError } from '../../errors.js';
import { appliedIn } from '../../live/applied-migrations.js';
import type { LiveReading, LiveReadOptions } from '../../live/read.js';
import type { SharedByGroups, Sweep } from '../../live/sweep.js';
import type { LiveComparator } from '../../drift/live-comparator.js';
import { ALL_KINDS, type Kind } from '../../schema/kinds.js';
import type { Schema } from '../../schema/model.js';
import { splitNamespaces } from '../../schema/select-namespaces.js';

/** Reads schemas of a database. */
export type ReadSchemas = (
  options: Pick<LiveReadOptions, 'groups'> & Partial<LiveReadOptions>,
) => Promise<LiveReading>;

/** What is kept of tenant schemas that were read together. The schemas themselves would need too much memory. */
export interface Overview extends Omit<LiveReading, 'horizon'> {
  /** How many of the tenants were looked for. */
  readonly seen: number;
  /** The shape of each tenant schema that exists, in their order. */
  readonly shapes: ReadonlyMap<string, string>;
  /** The kinds of objects that each tenant schema contains. */
  readonly kinds: ReadonlyMap<string, readonly Kind[]>;
  /** The number of objects of all. */
  readonly objects: number;
}

interface Tools {
  readonly read: ReadSchemas;
  readonly comparator: Pick<LiveComparator, 'isMentioned'>;
  readonly isShapeKnown: (shape: string) => boolean;
}

/** How many schemas whose shapes are new are read by themselves in the same transaction, and with how many objects. */
const [MAX_FIRSTS, OBJECTS_IN_FIRSTS] = [200, 60_000];

/**
 * Reads tenant schemas together, from the beginning of a list: at most `chunks` times `size` of them. If the
 * schema changes during the reading, or the connection breaks, it reads `size` of them.
 * @returns undefined if an object is hidden from the role. Reading each schema separately then shows in which one.
 */
export async function readOverview(
  tenants: readonly string[],
  { size, chunks }: { readonly size: number; readonly chunks: number },
  tools: Tools,
): Promise<Overview | undefined> {
  let sweep = collector(tools, []);
  let seen = size * chunks;
  let attempt = 0;
  try {
    const reading = await tools.read({
      groups: (found) => {
        if (++attempt > 1) seen = size;
        const there = new Set(found);
        const existing = tenants.slice(0, seen).filter((name) => there.has(name));
        sweep = collector(tools, existing);
        return chunksOf(existing, size);
      },
      sweep: {
        onStart: (shared) => {
          sweep.onStart(shared);
        },
        onGroup: (schemas) => {
          sweep.onGroup(schemas);
        },
        onEnd: () => sweep.onEnd(),
      },
    });
    return { ...reading, ...sweep.result(), seen };
  } catch (error) {
    if (!(error instanceof DriftmarkError) || error.code !== 'incomplete') throw error;
    return chunks > 1 ? readOverview(tenants, { size, chunks: 1 }, tools) : undefined;
  }
}

/** The first tenant of each shape that is not known. */
export function firstsOf(
  shapes: ReadonlyMap<string, string>,
  isKnown: (shape: string) => boolean,
): readonly string[] {
  const firsts = new Map<string, string>();
  for (const [tenant, shape] of shapes) if (!isKnown(shape) && !firsts.has(shape)) firsts.set(shape, tenant);
  return [...firsts.values()];
}

interface Collector extends Sweep {
  readonly result: () => Pick<Overview, 'shapes' | 'kinds' | 'objects'>;
}

/** Keeps the shapes of the schemas of a sweep. */
function collector({ comparator, isShapeKnown }: Tools, tenants: readonly string[]): Collector {
  const shapes = new Map<string, string>();
  const kinds = new Map<string, readonly Kind[]>();
  let objects = 1;
  let shared: SharedByGroups = { uncovered: [], applied: [] };
  let uncoveredIn: (tenant: string) => SharedByGroups['uncovered'] = () => [];
  return {
    onStart: (found) => {
      shared = found;
      uncoveredIn = byTenant(found.uncovered, tenants);
    },
    onGroup: (group) => {
      for (const [tenant, { namespaces, objects: own }] of splitNamespaces(group)) {
        const part: Schema = { namespaces, objects: { ...own, uncovered: uncoveredIn(tenant) } };
        const named = comparator.isMentioned(tenant) ? tenant : '';
        const applied = appliedIn(shared.applied, [tenant]);
        shapes.set(tenant, JSON.stringify([shapeOf(part, tenant), applied, named]));
        kinds.set(
          tenant,
          ALL_KINDS.filter(
            (kind) => own[kind].length > 0 || (kind === 'uncovered' && shared.uncovered.length > 0),
          ),
        );
      }
      for (const kind of ALL_KINDS) objects += group.objects[kind].length;
    },
    onEnd: () => {
      const limit = Math.min(MAX_FIRSTS, Math.floor((OBJECTS_IN_FIRSTS / objects) * shapes.size));
      const firsts = firstsOf(shapes, isShapeKnown).slice(0, limit);
      return new Map(firsts.map((tenant) => [tenant, kinds.get(tenant) ?? ALL_KINDS]));
    },
    result: () => ({ shapes, kinds, objects }),
  };
}

/**
 * The uncovered objects that may be in each tenant schema: the only schema of an object is a part of its identity. An
 * object whose identity has the names of several tenants, or of none, may be in any.
 */
function byTenant(
  uncovered: SharedByGroups['uncovered'],
  tenants: readonly string[],
): (tenant: string) => SharedByGroups['uncovered'] {
  const namesIn = namesAmong(tenants);
  const own = new Map<string, SharedByGroups['uncovered'][number][]>();
  const others: SharedByGroups['uncovered'][number][] = [];
  for (const object of uncovered) {
    const [tenant, ...more] = namesIn(object.identity);
    const list = tenant === undefined || more.length > 0 ? others : (own.get(tenant) ?? []);
    list.push(object);
    if (tenant !== undefined && more.length === 0) own.set(tenant, list);
  }
  return (tenant) => [...(own.get(tenant) ?? []), ...others];
}

function chunksOf<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}
