import { clustersOf } from './clusters.js';
import type { Drawing, Entity } from './diagram.js';

/** A picture of more tables is too small to read on a page. */
const MAX_TABLES = 12;
/** Mermaid refuses texts of more than 50,000 characters. */
const MAX_TEXT = 40_000;

/** One of the diagrams that a large drawing is cut into. */
export interface Part extends Drawing {
  readonly about: 'everything' | 'schema' | 'related tables' | 'tables without foreign keys';
}

/**
 * A drawing as one diagram, or as several where it is too large to be read: the tables of each schema together, or those
 * of a large schema that have most to do with each other. Every table and every foreign key is in exactly one of them; a
 * table elsewhere that a foreign key references is a box with its name.
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

/** Small groups share a diagram. */
function packed(groups: readonly (readonly Entity[])[]): readonly (readonly Entity[])[] {
  const packs: Entity[][] = [];
  for (const group of groups) {
    const pack = packs.find((each) => fits([...each, ...group]));
    if (pack) pack.push(...group);
    else packs.push([...group]);
  }
  return packs;
}
