import type { Kind } from '../../schema/kinds.js';
import type { Connection } from '../statements.js';
import type { RowChange } from './catalog-changes.js';
import type { CatalogRows } from './catalog-rows.js';
import { assertUnambiguous, dependentsOf, Unmapped, type Dependents } from './dependents.js';
import { kindsOf } from './kinds-of-relations.js';
import {
  INDEX_KINDS,
  nameOf,
  RELATION_KINDS,
  ROUTINE_KINDS,
  touchedObjects,
  type CoveredScope,
  type RelationName,
  type Touched,
} from './touched-objects.js';

/** What has to be read again after changes in the catalogs. */
export interface Affected {
  /** OIDs of relations. */
  readonly relations: ReadonlySet<string>;
  /** Which kinds of their objects. */
  readonly relationKinds: ReadonlySet<Kind>;
  /** The names of these relations. */
  readonly names: readonly RelationName[];
  /** Relations that were dropped. */
  readonly dropped: readonly RelationName[];
  /** Kinds of which every object is read again. */
  readonly kinds: ReadonlySet<Kind>;
}

/** What changed, and what depends on that. */
export interface AffectedObjects {
  /** What changed itself. */
  readonly changed: Affected;
  /** What changed, together with the objects whose printed form depends on it. */
  readonly withDependents: () => Promise<Affected>;
}

/**
 * Maps changes to objects.
 * @returns undefined if the changes cannot be mapped with certainty.
 */
export async function affectedObjects(
  connection: Connection,
  changes: readonly RowChange[],
  rows: CatalogRows,
  scope: CoveredScope,
): Promise<AffectedObjects | undefined> {
  try {
    const touched = touchedObjects(changes, rows, scope);
    await assertUnambiguous(connection, touched.routines);
    const relations = new Set(
      [...touched.relations.keys()].filter((oid) => rows.pg_class.has(oid) && !touched.created.has(oid)),
    );
    const changed = affectedBy(touched, { relations: [], routines: false }, rows, scope);
    const withDependents = async (): Promise<Affected> => {
      const dependents = await dependentsOf(connection, relations);
      const isAlone = dependents.relations.length === 0 && !dependents.routines;
      return isAlone ? changed : affectedBy(touched, dependents, rows, scope);
    };
    return { changed, withDependents };
  } catch (error) {
    if (error instanceof Unmapped) return undefined;
    throw error;
  }
}

function affectedBy(
  touched: Touched,
  dependents: Dependents,
  rows: CatalogRows,
  scope: CoveredScope,
): Affected {
  const relations = new Set<string>();
  const whole = new Set([...touched.whole, ...dependents.relations]);
  const relationKinds = new Set(kindsOf(whole, rows));
  for (const oid of new Set([...touched.relations.keys(), ...dependents.relations])) {
    const unit = coveredUnit(oid, rows, scope);
    if (unit === undefined) continue;
    relations.add(unit);
    for (const kind of touched.relations.get(oid) ?? []) relationKinds.add(kind);
  }
  const names = [...relations].flatMap((oid) => nameOf(rows.pg_class.get(oid), scope) ?? []);
  const kinds = new Set([...touched.kinds, ...(dependents.routines ? ROUTINE_KINDS : [])]);
  return { relations, relationKinds, names, dropped: touched.dropped, kinds };
}

/** Whether as much has to be read again. */
export const isAsMuch = (a: Affected, b: Affected) =>
  a.relations.size === b.relations.size &&
  a.relationKinds.size === b.relationKinds.size &&
  a.kinds.size === b.kinds.size;

/** The relation that a row of pg_class belongs to, if it is covered: an index belongs to its table. */
function coveredUnit(oid: string, rows: CatalogRows, scope: CoveredScope): string | undefined {
  const facts = rows.pg_class.get(oid);
  if (!facts) return undefined;
  const [, namespace, kind] = facts;
  if (INDEX_KINDS.has(String(kind))) {
    const table = rows.pg_index.get(oid)?.[0];
    return table === undefined ? undefined : coveredUnit(String(table), rows, scope);
  }
  const isCovered = scope.namespaces.has(String(namespace)) && !scope.excludedRelations.has(oid);
  return isCovered && RELATION_KINDS.has(String(kind)) ? oid : undefined;
}
