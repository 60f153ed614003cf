import { orderNamespaces, type Schema } from '../schema/model.js';
import { BACKSTAGE_READERS } from './backstage.js';
import type { Kind } from '../schema/kinds.js';
import { coveredRelation } from './fragments.js';
import { historyTableRelations, namespacesInUse } from './namespaces.js';
import { normalize } from './normalize.js';
import { readKinds, type AnyReaders } from './read-kinds.js';
import { presentKinds } from './present-kinds.js';
import { READERS } from './readers.js';
import type { ReadScope } from './reader.js';
import { RESET_SEARCH_PATH } from './search-path.js';
import { BEGIN, pinned, transactionTimeout } from './settings.js';
import { rowsOf, statements, type Connection } from './statements.js';

/** What to read from a database. */
export interface ReadOptions {
  /** Names of the history tables of migration tools and of the objects that belong to them, as LIKE patterns. */
  readonly historyTables: readonly string[];
  readonly extensionVersions?: boolean;
  /**
   * The schema whose objects expressions name without qualification. Default: the first covered one. To compare with
   * a report whose first schema the database may lack, name that one.
   */
  readonly home?: string;
  /** Roles that the schema to compare with names. Default: none. */
  readonly namedRoles?: ReadonlySet<string>;
  /** The role that counts as the owner of most objects. Default: the one that owns most of them. */
  readonly ownerOfMost?: string;
  /** How much is read: everything (the default), or only what the `backstage` format supports. */
  readonly detail?: 'full' | 'backstage';
  /** Keeps what `normalize` removes: for schemas that are read together and separated afterwards. */
  readonly isRaw?: boolean;
  /** The kinds of objects that the schema has, if known: only these are queried. */
  readonly kinds?: readonly Kind[];
  /** Statements before the queries. Default: those that complete the settings of the transaction. */
  readonly opening?: string;
}

export interface IntrospectOptions extends ReadOptions {
  /** Whether a schema is to be covered. */
  readonly covers: (namespace: string) => boolean;
}

/** A schema (namespace) of a database. */
export interface Namespace {
  readonly oid: string;
  readonly name: string;
  /** OIDs of its relations, if they were looked up. */
  readonly relations?: readonly string[];
}

/** A transaction in which schemas can be read. */
export interface Opened {
  /** `server_version_num`, such as 150018. */
  readonly versionNum: number;
  /** All schemas that do not belong to PostgreSQL or to an extension. */
  readonly namespaces: readonly Namespace[];
  readonly excludedRelations: readonly string[];
}

/**
 * Reads a schema: one read-only transaction, a fixed number of set-based queries whatever the schema's size,
 * in a fixed number of round trips. PostgreSQL manual, chapter 53.
 */
export async function introspect(connection: Connection, options: IntrospectOptions): Promise<Schema> {
  try {
    const opened = await openReading(connection, options);
    const chosen = opened.namespaces.filter(({ name }) => options.covers(name));
    return (await readNamespaces(connection, opened, chosen, options))();
  } finally {
    await closeReading(connection);
  }
}

/**
 * Begins a read-only transaction with one snapshot and pinned settings, and lists the schemas. `begin` is empty if
 * the transaction has already begun.
 */
export async function openReading(
  connection: Connection,
  { historyTables }: ReadOptions,
  begin = BEGIN,
): Promise<Opened> {
  const books = historyTableRelations(historyTables);
  const results = await statements(connection, [
    begin,
    pinned(),
    `SELECT pg_catalog.current_setting('server_version_num') AS version;`,
    `${namespacesInUse(books)};`,
    `${books};`,
  ]);
  const [version, namespaces, excluded] = results.slice(-3);
  return {
    versionNum: Number(rowsOf<{ version: string }>(version)[0]?.version ?? 0),
    namespaces: rowsOf<{ oid: number; name: string }>(namespaces).map(({ oid, name }) => ({
      oid: String(oid),
      name,
    })),
    excludedRelations: rowsOf<{ oid: number }>(excluded).map(({ oid }) => String(oid)),
  };
}

/**
 * Reads schemas in an open transaction.
 * @param deparseSettings Statements before the queries that need locks.
 * @returns a function that builds the schema from the rows. It does not need an open transaction.
 */
export async function readNamespaces(
  connection: Connection,
  { versionNum, excludedRelations }: Opened,
  chosen: readonly Namespace[],
  {
    extensionVersions = false,
    detail = 'full',
    home,
    isRaw = false,
    kinds,
    namedRoles,
    opening = `${RESET_SEARCH_PATH} ${transactionTimeout(versionNum)}`,
    ownerOfMost,
  }: ReadOptions,
  deparseSettings = '',
): Promise<() => Schema> {
  const namespaces = orderNamespaces(chosen.map(({ name }) => name));
  const coverage: ReadScope = {
    versionNum,
    namespaces: chosen.map(({ oid }) => oid),
    excludedRelations,
    ...relationsOf(chosen),
    extensionVersions,
  };
  const all: AnyReaders = detail === 'backstage' ? BACKSTAGE_READERS : READERS;
  const present = kinds ?? (await presentKinds(connection));
  const readers = Object.fromEntries(present.map((kind) => [kind, all[kind]]));
  const objects = await readKinds(connection, coverage, readers, {
    opening,
    deparseSettings,
    home: home ?? namespaces[0] ?? 'public',
    namespaces,
  });
  return () => {
    const schema = { namespaces, objects: objects() };
    return isRaw ? schema : normalize(schema, namedRoles, ownerOfMost);
  };
}

/**
 * Adds the OIDs of their relations to schemas. If many schemas of a database are read one after the other, this
 * avoids a scan of all relations of the database for each schema.
 */
export async function withRelations(
  connection: Connection,
  { excludedRelations }: Opened,
  chosen: readonly Namespace[],
): Promise<readonly Namespace[]> {
  const coverage = { excludedRelations, namespaces: chosen.map(({ oid }) => oid) };
  const [answer] = await statements(connection, [
    `SELECT c.relnamespace AS namespace, pg_catalog.array_agg(c.oid) AS relations
     FROM pg_catalog.pg_class c WHERE ${coveredRelation(coverage, 'c')} GROUP BY c.relnamespace;`,
  ]);
  const rows = rowsOf<{ namespace: number; relations: readonly number[] }>(answer);
  const found = new Map(rows.map(({ namespace, relations }) => [String(namespace), relations.map(String)]));
  return chosen.map((each) => ({ ...each, relations: found.get(each.oid) ?? [] }));
}

function relationsOf(chosen: readonly Namespace[]): Pick<ReadScope, 'relations'> {
  const relations = chosen.flatMap((each) => each.relations ?? []);
  return chosen.every((each) => each.relations) ? { relations } : {};
}

/** Ends the transaction. The connection may be broken. */
export async function closeReading(connection: Connection): Promise<void> {
  await connection.query('ROLLBACK').catch(() => undefined);
}
