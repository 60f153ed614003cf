import type { Entity, Relationship } from './diagram.js';

/** Two groups by their numbers, the smaller one first. */
type Pair = readonly [number, number];

/**
 * Groups of tables that have much to do with each other: those that reference each other most, for their size, are
 * joined first, as long as they fit together. The same schema gives the same groups, in its order.
 */
export function clustersOf(
  entities: readonly Entity[],
  relationships: readonly Relationship[],
  fits: (entities: readonly Entity[]) => boolean,
): readonly (readonly Entity[])[] {
  // A group goes by the number of its first table.
  const groups = new Map(entities.map((entity, at) => [at, [entity]]));
  const links = linksBetween(entities, relationships);
  for (let pair = strongest(links, groups); pair; pair = strongest(links, groups)) {
    const [into, other] = pair;
    const both = [...(groups.get(into) ?? []), ...(groups.get(other) ?? [])];
    const joined = fits(both);
    if (joined) {
      groups.set(into, both);
      groups.delete(other);
    }
    // Two groups that do not fit together never will.
    unlink(links, into, other);
    if (joined) moveLinks(links, other, into);
  }
  const places = new Map(entities.map(({ key }, at) => [key, at]));
  const placeOf = ({ key }: Entity) => places.get(key) ?? 0;
  return [...groups.values()].map((group) => group.sort((a, b) => placeOf(a) - placeOf(b)));
}

/** For each group, how much it has to do with each other one. */
type Links = Map<number, Map<number, number>>;

function linksBetween(entities: readonly Entity[], relationships: readonly Relationship[]): Links {
  const places = new Map(entities.map(({ key }, at) => [key, at]));
  const links: Links = new Map(entities.map((_, at) => [at, new Map<number, number>()]));
  const references = new Map<string, number>();
  for (const { to } of relationships) references.set(to, (references.get(to) ?? 0) + 1);
  for (const { from, to } of relationships) {
    const [a, b] = [places.get(from), places.get(to)];
    // A table that all others reference says little of what belongs together.
    const weight = 1 / (references.get(to) ?? 1);
    if (a !== undefined && b !== undefined && a !== b) addLink(links, a, b, weight);
  }
  return links;
}

function addLink(links: Links, a: number, b: number, weight: number): void {
  links.get(a)?.set(b, (links.get(a)?.get(b) ?? 0) + weight);
  links.get(b)?.set(a, (links.get(b)?.get(a) ?? 0) + weight);
}

function unlink(links: Links, a: number, b: number): void {
  links.get(a)?.delete(b);
  links.get(b)?.delete(a);
}

function moveLinks(links: Links, from: number, to: number): void {
  for (const [third, weight] of links.get(from) ?? []) {
    unlink(links, from, third);
    addLink(links, to, third, weight);
  }
  links.delete(from);
}

function strongest(links: Links, groups: ReadonlyMap<number, readonly Entity[]>): Pair | undefined {
  let best: { readonly pair: Pair; readonly strength: number } | undefined;
  for (const [a, others] of links) {
    for (const [b, weight] of others) {
      if (b < a) continue;
      const strength = weight / ((groups.get(a)?.length ?? 0) + (groups.get(b)?.length ?? 0));
      const isBetter =
        !best || strength > best.strength || (strength === best.strength && precedes([a, b], best.pair));
      if (isBetter) best = { pair: [a, b], strength };
    }
  }
  return best?.pair;
}

const precedes = ([a, b]: Pair, [c, d]: Pair) => a < c || (a === c && b < d);
