import type { ClientBase, QueryResult, QueryResultRow } from 'pg';
import { ALL_KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { canonical, noObjects, orderNamespaces, type ObjectsByKind, type Schema } from '../schema/model.js';
import { normalize } from './normalize.js';
import { BACKSTAGE_READERS } from './backstage.js';
import { READERS } from './readers.js';
import type { Coverage, Reader } from './reader.js';
import { BEGIN, openReading } from './settings.js';

export interface IntrospectOptions {
  /** Whether a schema is to be covered. */
  readonly covers: (namespace: string) => boolean;
  /** Names of the tables in which migration tools keep their books, and of what belongs to them, as LIKE patterns. */
  readonly bookkeeping: readonly string[];
  readonly extensionVersions?: boolean;
  /** How much is read: all that there is (the default), or what the format `backstage` knows of. */
  readonly detail?: 'full' | 'backstage';
}

interface NamespaceRow extends QueryResultRow {
  readonly oid: string;
  readonly name: string;
}

/** What is asked of a connection: node-postgres' own query(), with one string of one or more statements. */
export type Connection = Pick<ClientBase, 'query'>;

/**
 * Reads a schema: one read-only transaction, a fixed number of set-based queries whatever the schema's size,
 * in two round trips. PostgreSQL manual, chapter 53.
 */
export async function introspect(connection: Connection, options: IntrospectOptions): Promise<Schema> {
  try {
    const { versionNum, found, excludedRelations } = await open(connection, options.bookkeeping);
    const chosen = found.filter(({ name }) => options.covers(name));
    const namespaces = orderNamespaces(chosen.map(({ name }) => name));
    const coverage: Coverage = {
      versionNum,
      namespaces: chosen.map(({ oid }) => oid),
      excludedRelations,
      extensionVersions: options.extensionVersions ?? false,
    };
    const readers = options.detail === 'backstage' ? BACKSTAGE_READERS : READERS;
    const objects = await readAll(connection, coverage, namespaces[0] ?? 'public', readers);
    return normalize(canonical({ namespaces, objects }));
  } finally {
    await connection.query('ROLLBACK').catch(() => undefined);
  }
}

async function open(connection: Connection, bookkeeping: readonly string[]) {
  const books = bookkeepingRelations(bookkeeping);
  const results = await statements(connection, [
    BEGIN,
    `SELECT pg_catalog.current_setting('server_version_num')::integer AS version;`,
    `SELECT n.oid::text, n.nspname AS name FROM pg_catalog.pg_namespace n
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
       WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.objid = n.oid AND d.deptype = 'e')
     AND (n.nspname <> 'public' OR ${publicIsUsed(books)});`,
    `${books};`,
  ]);
  const [{ version } = { version: 0 }] = rowsOf<{ version: number }>(results[1]);
  return {
    versionNum: version,
    found: rowsOf<NamespaceRow>(results[2]),
    excludedRelations: rowsOf<{ oid: string }>(results[3]).map(({ oid }) => oid),
  };
}

const bookkeepingRelations = (patterns: readonly string[]) =>
  `SELECT c.oid::text FROM pg_catalog.pg_class c WHERE c.relkind IN ('r', 'p', 'S')
     AND c.relname LIKE ANY (ARRAY[${patterns.map(literal).join(', ')}]::text[])`;

/** `public` is there in every database: it counts only where something is in it, or was done to it. */
const publicIsUsed = (books: string) => `(
  n.nspacl IS DISTINCT FROM (SELECT p.initprivs FROM pg_catalog.pg_init_privs p WHERE p.objoid = n.oid
    AND p.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)
  OR pg_catalog.obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM 'standard public schema'
  OR EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
    AND d.refobjid = n.oid AND d.deptype = 'n' AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
    AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid::text IN (${books})))
  OR NOT EXISTS (SELECT FROM pg_catalog.pg_namespace o WHERE o.nspname !~ '^pg_' AND o.nspname NOT IN ('information_schema', 'public')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.objid = o.oid AND e.deptype = 'e'
      AND e.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass)))`;

type AnyReaders = Readonly<Partial<Record<Kind, Reader<AnyObject, never>>>>;

interface LateRow {
  readonly oid?: string;
  late?: unknown;
}

async function readAll(
  connection: Connection,
  coverage: Coverage,
  home: string,
  readers: AnyReaders,
): Promise<ObjectsByKind> {
  const read = ALL_KINDS.flatMap((kind) => (readers[kind] ? [{ kind, reader: readers[kind] }] : []));
  const queries = read.map(({ reader }) => `${reader.sql(coverage)};`);
  const results = await statements(connection, [openReading(home, coverage.versionNum), ...queries]);
  const answers = results.slice(-read.length).map((result) => rowsOf<LateRow>(result));
  await readLate(
    connection,
    read.flatMap(({ reader: { late } }, at) =>
      late === undefined ? [] : [{ late, rows: answers[at] ?? [] }],
    ),
  );
  const objects = noObjects() as Record<Kind, AnyObject[]>;
  read.forEach(({ kind, reader }, at) => {
    objects[kind] = (answers[at] ?? [])
      .map((row) => reader.map(row as never))
      .filter((object) => object !== undefined);
  });
  return objects as unknown as ObjectsByKind;
}

const LATE_BATCH = 50;

/** Fills in what needs locks. Going back to the savepoint lets go of them, before the next batch takes its own. */
async function readLate(
  connection: Connection,
  groups: readonly { readonly late: string; readonly rows: readonly LateRow[] }[],
): Promise<void> {
  const batches = groups.flatMap(({ late, rows }) =>
    Array.from({ length: Math.ceil(rows.length / LATE_BATCH) }, (_, at) => ({
      late,
      rows: rows.slice(at * LATE_BATCH, (at + 1) * LATE_BATCH),
    })),
  );
  if (batches.length === 0) return;
  const results = await statements(
    connection,
    batches.map(
      ({ late, rows }) => `SAVEPOINT late; SELECT ${late} AS late
        FROM pg_catalog.unnest('{${rows.map(({ oid }) => oid ?? '0').join(',')}}'::pg_catalog.oid[]) WITH ORDINALITY AS k(oid, n)
        ORDER BY k.n; ROLLBACK TO SAVEPOINT late;`,
    ),
  );
  batches.forEach(({ rows }, at) => {
    const values = rowsOf<LateRow>(results[3 * at + 1]);
    rows.forEach((row, n) => {
      row.late = values[n]?.late;
    });
  });
}

/** Sends statements in one message: one round trip, no prepared statement, an answer for each. */
async function statements(connection: Connection, texts: readonly string[]): Promise<readonly QueryResult[]> {
  const answer: unknown = await connection.query(texts.join('\n'));
  return Array.isArray(answer) ? (answer as QueryResult[]) : [answer as QueryResult];
}

const rowsOf = <Row>(result: QueryResult | undefined) => (result?.rows ?? []) as readonly Row[];

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
