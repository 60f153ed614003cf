import { WATCHED, type RowFacts, type WatchedName } from './catalogs.js';

/** The catalogs of what relations have: the first fact of a row is the OID of its relation. */
const OF_RELATIONS = [
  'pg_constraint',
  'pg_trigger',
  'pg_rewrite',
  'pg_policy',
] as const satisfies WatchedName[];

/** The rows of the watched catalogs, by key. */
export type CatalogRows = Readonly<
  Record<WatchedName, Map<string, RowFacts>> & Record<(typeof OF_RELATIONS)[number], RowsOfRelations>
>;

/** Rows that are also found by the relation that they belong to. */
class RowsOfRelations extends Map<string, RowFacts> {
  readonly #byRelation = new Map<string, Map<string, RowFacts>>();

  /** The rows of a relation. */
  of(relation: string): Iterable<RowFacts> {
    return this.#byRelation.get(relation)?.values() ?? [];
  }

  override set(key: string, facts: RowFacts): this {
    this.delete(key);
    const relation = String(facts[0]);
    const others = this.#byRelation.get(relation);
    if (others) others.set(key, facts);
    else this.#byRelation.set(relation, new Map([[key, facts]]));
    return super.set(key, facts);
  }

  override delete(key: string): boolean {
    const facts = this.get(key);
    if (facts) this.#byRelation.get(String(facts[0]))?.delete(key);
    return super.delete(key);
  }
}

/** Before the first reading. */
export const noRows = (): CatalogRows => {
  const rows = Object.fromEntries(Object.keys(WATCHED).map((name) => [name, new Map<string, RowFacts>()]));
  for (const name of OF_RELATIONS) rows[name] = new RowsOfRelations();
  return rows as CatalogRows;
};
