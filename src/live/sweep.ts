import {
  readNamespaces,
  withRelations,
  type Namespace,
  type Opened,
  type ReadOptions,
} from '../introspect/introspect.js';
import { presentKinds } from '../introspect/present-kinds.js';
import { NO_HOME } from '../introspect/search-path.js';
import type { Connection } from '../introspect/statements.js';
import type { Kind, ObjectByKind } from '../schema/kinds.js';
import type { Schema } from '../schema/model.js';
import type { AppliedMigrations } from './applied-migrations.js';
import { LOCK_LIMITS } from './lock-limits.js';
import { settled, type Settled } from './settled.js';

/** What is done with very many schemas that are read in one transaction, group by group, and not kept. */
export interface Sweep {
  /** Called before the first group. If the reading is repeated, it is called again. */
  readonly onStart: (shared: SharedByGroups) => void;
  /**
   * Takes the schemas of a group, without their uncovered objects: every name is qualified, and nothing is normalized.
   */
  readonly onGroup: (schemas: Schema) => void;
  /** Called after the last group. Returns the schemas to read by themselves, and the kinds of objects that each has. */
  readonly onEnd: () => ReadonlyMap<string, readonly Kind[]>;
}

/** What is read once for all groups, because its queries look at the whole database. */
export interface SharedByGroups {
  readonly uncovered: readonly ObjectByKind['uncovered'][];
  readonly applied: readonly AppliedMigrations[];
}

/**
 * Reads groups of schemas, and then some schemas by themselves, whose relations are looked up by their OIDs. With a list
 * of thousands, PostgreSQL may plan a join that takes minutes.
 * @returns the schemas that were read by themselves.
 */
export async function sweepSchemas(
  connection: Connection,
  opened: Opened,
  groups: readonly (readonly Namespace[])[],
  { onStart, onGroup, onEnd }: Sweep,
  { applied, ...options }: ReadOptions & Pick<SharedByGroups, 'applied'>,
): Promise<Settled<readonly (() => Schema)[]>> {
  const all = groups.flat();
  const read = (chosen: readonly Namespace[], kinds: readonly Kind[], home?: string) =>
    readNamespaces(
      connection,
      opened,
      chosen,
      { ...options, kinds, isRaw: true, ...(home !== undefined && { home }) },
      LOCK_LIMITS,
    );
  const present = await presentKinds(connection);
  const uncovered = settled(await read(all, ['uncovered'], NO_HOME));
  if ('error' in uncovered) return uncovered;
  onStart({ uncovered: uncovered.result.objects.uncovered, applied });
  const kinds = present.filter((kind) => kind !== 'uncovered');
  for (const group of groups) {
    const make = await read(group, kinds, NO_HOME);
    const done = settled(() => {
      onGroup(make());
    });
    if ('error' in done) return done;
  }
  const further = onEnd();
  const chosen = all.filter(({ name }) => further.has(name));
  const result: (() => Schema)[] = [];
  for (const namespace of await withRelations(connection, opened, chosen))
    result.push(await read([namespace], further.get(namespace.name) ?? present));
  return { result };
}
