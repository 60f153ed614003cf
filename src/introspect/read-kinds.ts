import { setImmediate } from 'node:timers/promises';
import { ALL_KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { inCanonicalOrder, noObjects, type ObjectsByKind } from '../schema/model.js';
import type { ReadScope, Reader } from './reader.js';
import { printing, RESET_SEARCH_PATH } from './search-path.js';
import { rowsOf, statements, type Connection } from './statements.js';

/** Readers of all kinds, or of some. */
export type AnyReaders = Readonly<Partial<Record<Kind, Reader<AnyObject, never>>>>;

export interface ReadingSettings {
  /** Statements before the queries. */
  readonly opening: string;
  /** The schema whose names are not qualified. */
  readonly home: string;
  /** Statements that are sent before each batch that needs locks, and apply only to that batch. */
  readonly deparseSettings: string;
  /** The covered schemas, in their order. */
  readonly namespaces: readonly string[];
}

/** A row of a kind that has properties which need locks. */
interface DeparsedRow {
  readonly oid?: number;
  deparsed?: unknown;
}

interface DeparsedRows {
  /** SQL over the OID `k.oid`. */
  readonly expression: string;
  readonly rows: readonly DeparsedRow[];
}

/**
 * The largest kinds of a large schema. Each gets its own message, so that one answer is processed while the server
 * prepares the next.
 */
const MOST: readonly Kind[] = ['column', 'index'];

/**
 * Sends every reader's query, in three messages, and then the queries that need locks. The returned function returns
 * the objects in canonical order. It throws if the rows are inconsistent.
 */
export async function readKinds(
  connection: Connection,
  coverage: ReadScope,
  readers: AnyReaders,
  { opening, deparseSettings, home, namespaces }: ReadingSettings,
): Promise<() => ObjectsByKind> {
  const objects = noObjects() as Record<Kind, readonly AnyObject[]>;
  const work: Generator<void, void>[] = [];
  let failure: { readonly error: unknown } | undefined;
  /** Does the next part of the work. Returns false if nothing is left. */
  const workOn = (): boolean => {
    try {
      while (work[0]?.next().done) work.shift();
    } catch (error) {
      failure ??= { error };
      work.length = 0;
    }
    return work.length > 0;
  };
  const needLocks: DeparsedRows[] = [];
  const others = ALL_KINDS.filter((kind) => !MOST.includes(kind));
  let before = opening;
  const messages = coverage.relations ? [ALL_KINDS] : [...MOST.map((kind) => [kind]), others];
  for (const kinds of messages) {
    const read = kinds.flatMap((kind) => (readers[kind] ? [{ kind, reader: readers[kind] }] : []));
    if (read.length === 0) continue;
    const queries = [
      before,
      ...read.flatMap(({ reader }) => [printing(reader.sql(coverage), home), RESET_SEARCH_PATH]),
    ];
    before = '';
    const [all] = await Promise.all([statements(connection, queries), whileAnswering(workOn)]);
    const answers = all.filter(({ command }) => command === 'SELECT');
    read.forEach(({ kind, reader }, at) => {
      const rows = rowsOf<DeparsedRow>(answers[at]);
      if (reader.deparsed !== undefined) needLocks.push({ expression: reader.deparsed, rows });
      work.push(
        mapped(kind, reader, rows, namespaces, (list) => {
          objects[kind] = list;
        }),
      );
    });
  }
  await readDeparsed(connection, needLocks, { deparseSettings, home });
  return () => {
    while (workOn());
    if (failure) throw failure.error;
    return objects as unknown as ObjectsByKind;
  };
}

/**
 * The number of rows that are mapped before the connection is read again: a server waits if its answer is not read.
 */
const SLICE = 500;

/** Maps the rows of a kind to objects, in parts. */
function* mapped(
  kind: Kind,
  { map, ordinal: place }: Reader<AnyObject, never>,
  rows: readonly unknown[],
  namespaces: readonly string[],
  use: (objects: readonly AnyObject[]) => void,
): Generator<void, void> {
  const objects: AnyObject[] = [];
  const places: number[] = [];
  for (const [at, row] of rows.entries()) {
    if (at % SLICE === SLICE - 1) yield;
    const object = map(row as never);
    if (object === undefined) continue;
    objects.push(object);
    if (place) places.push(place(row as never));
  }
  yield;
  use(inCanonicalOrder(kind, objects as never, namespaces, place && places));
}

/** Works in parts, so that answers of the server are read during the work. */
async function whileAnswering(workOn: () => boolean): Promise<void> {
  while (workOn()) await setImmediate();
}

const DEPARSED_BATCH = 50;

/**
 * Adds the properties that need locks. Rolling back to the savepoint releases the locks before the next batch takes its
 * own.
 */
async function readDeparsed(
  connection: Connection,
  groups: readonly DeparsedRows[],
  { deparseSettings, home }: Pick<ReadingSettings, 'deparseSettings' | 'home'>,
): Promise<void> {
  const batches = groups.flatMap(({ expression, rows }) =>
    Array.from({ length: Math.ceil(rows.length / DEPARSED_BATCH) }, (_, at) => ({
      expression,
      rows: rows.slice(at * DEPARSED_BATCH, (at + 1) * DEPARSED_BATCH),
    })),
  );
  if (batches.length === 0) return;
  const results = await statements(
    connection,
    batches.map(
      ({ expression, rows }) =>
        `SAVEPOINT deparse; ${deparseSettings} ${printing(
          `SELECT ${expression} AS deparsed
        FROM (VALUES ${rows.map(({ oid = 0 }, n) => `(${n}, '${oid}'::pg_catalog.oid)`).join(', ')}) AS k(n, oid)
        ORDER BY k.n`,
          home,
        )} ROLLBACK TO SAVEPOINT deparse;`,
    ),
  );
  const answers = results.filter(({ command }) => command === 'SELECT');
  batches.forEach(({ rows }, at) => {
    const values = rowsOf<DeparsedRow>(answers[at]);
    rows.forEach((row, n) => {
      row.deparsed = values[n]?.deparsed;
    });
  });
}
