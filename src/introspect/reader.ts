import type { Kind, ObjectByKind } from '../schema/kinds.js';

/** What a query may need to know: the server, and what is to be read. */
export interface ReadScope {
  /** `server_version_num`, such as 150018. */
  readonly versionNum: number;
  /** OIDs of the covered schemas. */
  readonly namespaces: readonly string[];
  /** OIDs of relations to leave out: the bookkeeping of migration tools. */
  readonly excludedRelations: readonly string[];
  /** OIDs of all relations that are to be read, where they are known. */
  readonly relations?: readonly string[];
  /** True where extensions are to be told with their versions. */
  readonly extensionVersions: boolean;
}

/**
 * How one kind is read: one set-based query over the catalogs, and what a row of it means. A row that stands
 * for nothing gives `undefined`.
 */
export interface Reader<O, Row> {
  readonly sql: (coverage: ReadScope) => string;
  /**
   * What cannot be read without locks on the tables that it speaks of: an expression over the OID `k.oid`. It is
   * read last and apart, in short batches that let go of their locks, for the rows' own `oid`; each finds it as `late`.
   */
  readonly deparsed?: string;
  /** The place of an object among its siblings, where that is a fact: to sort is cheaper here than on the server. */
  readonly ordinal?: (row: Row) => number;
  readonly map: (row: Row) => O | undefined;
}

export type Readers = { readonly [K in Kind]: Reader<ObjectByKind[K], never> };

/** A copy without the facts that equal PostgreSQL's default: `undefined`, `null`, `false` and empty lists. */
export function omitDefaults<O extends object>(all: {
  readonly [F in keyof O]: O[F] | null | undefined | false;
}): O {
  const kept: Record<string, unknown> = {};
  const given = all as Readonly<Record<string, unknown>>;
  // Not Object.entries(): this is done for every column of a large schema.
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && value !== null && value !== false && !isEmptyList(value)) kept[name] = value;
  }
  return kept as O;
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
