import { clustersOf } from './clusters.js';
import type { Drawing, Entity } from './diagram.js';

/** A diagram with more tables is too small to read on a page. */
const MAX_TABLES = 12;
/** Mermaid rejects diagrams of more than 50,000 characters. */
const MAX_TEXT = 40_000;

/** One of the diagrams that a large drawing is split into. */
export interface Part extends Drawing {
  readonly about: 'everything' | 'schema' | 'related tables' | 'tables without foreign keys';
}

/**
 * Splits a drawing that is too large into several diagrams: one for each schema, or for each group of related tables of a
 * large schema. Every table and every foreign key is in exactly one diagram. If a foreign key references a table of
 * another diagram, only the name of that table is drawn.
 */
export function partsOf({ entities, relationships }: Drawing): readonly Part[] {
  if (fits(entities)) return [{ about: 'everything', entities, relationships }];
  const related = new Set(relationships.flatMap(({ from, to }) => [from, to]));
  const schemas = [...new Set(entities.map(({ table }) => table.schema))];
  const parts = schemas.flatMap((schema): Omit<Part, 'relationships'>[] => {
    const own = entities.filter(({ table }) => table.schema === schema);
    if (schemas.length > 1 && fits(own)) return [{ about: 'schema', entities: own }];
    const clusters = clustersOf(
      own.filter(({ key }) => related.has(key)),
      relationships,
      fits,
    );
    const lone = own.filter(({ key }) => !related.has(key)).map((entity) => [entity]);
    return packed([...clusters, ...packed(lone)]).map((pack) => ({
      about: pack.some(({ key }) => related.has(key)) ? 'related tables' : 'tables without foreign keys',
      entities: pack,
    }));
  });
  return parts.map((part) => {
    const keys = new Set(part.entities.map(({ key }) => key));
    return { ...part, relationships: relationships.filter(({ from }) => keys.has(from)) };
  });
}

function fits(entities: readonly Entity[]): boolean {
  const size = entities.reduce((sum, { lines }) => sum + lines.join('\n').length, 0);
  return entities.length <= MAX_TABLES && size <= MAX_TEXT;
}

/** Puts small groups together, as long as they fit into one diagram. */
function packed(groups: readonly (readonly Entity[])[]): readonly (readonly Entity[])[] {
  const packs: Entity[][] = [];
  for (const group of groups) {
    const pack = packs.find((each) => fits([...each, ...group]));
    if (pack) pack.push(...group);
    else packs.push([...group]);
  }
  return packs;
}
