import { parameter, rowsOf, statements, type Connection } from '../statements.js';

/** How many rows of a catalog were written, also by transactions that failed, and also if the row is gone again. */
export interface Writes {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Counts what is written to the catalogs. */
export interface WriteCounters {
  /**
   * What was written since the previous call, by catalog; a catalog is absent if nothing was. Undefined at the first
   * call. `opening` are the statements that begin the transaction of a reading.
   */
  readonly writes: (opening: readonly string[]) => Promise<ReadonlyMap<string, Writes> | undefined>;
}

type Counts = readonly (readonly [inserted: number, updated: number, deleted: number])[];

/**
 * Compares the server's counters of written rows. A session adds what it wrote to them from time to time: they are
 * complete only after each session that has written has flushed its own.
 * @see https://www.postgresql.org/docs/18/monitoring-stats.html
 */
export function writeCounters(
  connection: Connection,
  catalogs: readonly { readonly name: string; readonly oid: number }[],
): WriteCounters {
  const oids = parameter('oid[]', `{${catalogs.map(({ oid }) => oid).join(',')}}`);
  const counters = ['inserted', 'updated', 'deleted']
    .map((each) => `pg_catalog.pg_stat_get_tuples_${each}(c.oid)`)
    .join(', ');
  const query = `SELECT pg_catalog.json_agg(pg_catalog.json_build_array(${counters}) ORDER BY c.n) AS counts
    FROM pg_catalog.unnest(${oids}) WITH ORDINALITY AS c(oid, n);`;
  let before: Counts | undefined;
  return {
    writes: async (opening) => {
      const answers = await statements(connection, [...opening, query]);
      const [earlier, counts] = [before, rowsOf<{ counts: Counts }>(answers.at(-1))[0]?.counts ?? []];
      before = counts;
      return (
        earlier && new Map(catalogs.flatMap(({ name }, at) => differenceOf(name, earlier[at], counts[at])))
      );
    },
  };
}

function differenceOf(name: string, before?: Counts[number], after?: Counts[number]): [string, Writes][] {
  if (!before || !after) return [];
  const [inserted = 0, updated = 0, deleted = 0] = after.map((count, at) => count - (before[at] ?? 0));
  return inserted === 0 && updated === 0 && deleted === 0 ? [] : [[name, { inserted, updated, deleted }]];
}
