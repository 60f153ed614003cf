import { ALL_KINDS, type AnyObject, type Kind } from '../schema/kinds.js';
import { noObjects, type ObjectsByKind } from '../schema/model.js';
import type { Coverage, Reader } from './reader.js';
import { rowsOf, statements, type Connection } from './statements.js';

/** Readers of all kinds, or of some. */
export type AnyReaders = Readonly<Partial<Record<Kind, Reader<AnyObject, never>>>>;

export interface ReadingSettings {
  /** Statements that go before the queries. */
  readonly opening: string;
  /** Statements that go before each batch of what needs locks, and hold for it alone. */
  readonly late: string;
}

interface LateRow {
  readonly oid?: string;
  late?: unknown;
}

/**
 * Asks every reader's query in one message, and then what needs locks. The returned function makes objects of the
 * answers, once.
 */
export async function readKinds(
  connection: Connection,
  coverage: Coverage,
  readers: AnyReaders,
  { opening, late }: ReadingSettings,
): Promise<() => ObjectsByKind> {
  const read = ALL_KINDS.flatMap((kind) => (readers[kind] ? [{ kind, reader: readers[kind] }] : []));
  const queries = read.map(({ reader }) => `${reader.sql(coverage)};`);
  const results = await statements(connection, [opening, ...queries]);
  const answers = results.slice(-read.length).map((result) => rowsOf<LateRow>(result));
  await readLate(
    connection,
    read.flatMap(({ reader }, at) =>
      reader.late === undefined ? [] : [{ late: reader.late, rows: answers[at] ?? [] }],
    ),
    late,
  );
  return () => {
    const objects = noObjects() as Record<Kind, AnyObject[]>;
    read.forEach(({ kind, reader }, at) => {
      for (const row of answers[at] ?? []) {
        const object = reader.map(row as never);
        if (object !== undefined) objects[kind].push(object);
      }
      // The rows of a large schema are as large as the schema.
      answers[at] = [];
    });
    return objects as unknown as ObjectsByKind;
  };
}

const LATE_BATCH = 50;

/** Fills in what needs locks. Going back to the savepoint lets go of them, before the next batch takes its own. */
async function readLate(
  connection: Connection,
  groups: readonly { readonly late: string; readonly rows: readonly LateRow[] }[],
  opening: string,
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
      ({ late, rows }) => `SAVEPOINT late; ${opening} SELECT ${late} AS late
        FROM pg_catalog.unnest('{${rows.map(({ oid }) => oid ?? '0').join(',')}}'::pg_catalog.oid[]) WITH ORDINALITY AS k(oid, n)
        ORDER BY k.n; ROLLBACK TO SAVEPOINT late;`,
    ),
  );
  const answers = results.filter(({ command }) => command === 'SELECT');
  batches.forEach(({ rows }, at) => {
    const values = rowsOf<LateRow>(answers[at]);
    rows.forEach((row, n) => {
      row.late = values[n]?.late;
    });
  });
}
