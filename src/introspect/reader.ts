import type { Kind, ObjectByKind } from '../schema/kinds.js';

/** A list of OIDs, or a query that returns them. */
export type Oids = readonly string[] | string;

/** The input of a query: the server version, and what to read. */
export interface ReadScope {
  /** `server_version_num`, such as 150018. */
  readonly versionNum: number;
  /** OIDs of the covered schemas. */
  readonly namespaces: Oids;
  /** OIDs of relations to leave out: the history tables of migration tools. */
  readonly excludedRelations: Oids;
  /** OIDs of all relations to read, if known. */
  readonly relations?: readonly string[];
  /** Whether the database has few objects besides those that initdb made. */
  readonly isSmall?: boolean;
  /** Whether the report contains the versions of extensions. */
  readonly extensionVersions: boolean;
}

/**
 * How to read one kind: one set-based query over the catalogs, and a function that maps a row. It returns `undefined`
 * for a row that is not an object.
 */
export interface Reader<O, Row> {
  readonly sql: (coverage: ReadScope) => string;
  /**
   * A fact that can only be read with locks on the tables that it refers to: an expression over the OID `k.oid`. It
   * is read last and separately, in short batches that release their locks, for the `oid` of each row. The row gets
   * it as `deparsed`.
   */
  readonly deparsed?: string;
  /** The position of an object among its siblings, if it is a fact. Sorting is cheaper here than on the server. */
  readonly ordinal?: (row: Row) => number;
  readonly map: (row: Row) => O | undefined;
}

/** What is external is not read: it is derived from two readings. */
export type Readers = {
  readonly [K in Exclude<Kind, 'externalTable' | 'externalObject'>]: Reader<ObjectByKind[K], never>;
};

/** A copy without the facts that equal PostgreSQL's default: `undefined`, `null`, `false` and empty lists. */
export function omitDefaults<O extends object>(all: {
  readonly [F in keyof O]: O[F] | null | undefined | false;
}): O {
  const kept: Record<string, unknown> = {};
  const given = all as Readonly<Record<string, unknown>>;
  // Object.entries() is too slow here: this runs for every column of a large schema.
  for (const name in given) {
    const value = given[name];
    if (value !== undefined && value !== null && value !== false && !isEmptyList(value)) kept[name] = value;
  }
  return kept as O;
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0;
