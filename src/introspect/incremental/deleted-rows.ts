import { parameter, rowsOf, statements, type Connection } from '../statements.js';
import type { CatalogRows } from './catalog-rows.js';
import { WATCHED, type WatchedName } from './catalogs.js';
import { isOwn, isWatched, type ChangesRow } from './changes-query.js';

/** The keys of deleted rows. */
export type Gone = ReadonlyMap<WatchedName, readonly string[]>;

/** Whether the key of a row is its OID. */
export const isKeptByOid = (name: WatchedName) => WATCHED[name].key === WATCHED[name].oid;

/** Keys of a catalog that may be gone. */
interface Candidates {
  readonly name: WatchedName;
  readonly keys: readonly string[];
  /** Whether the catalog also has other rows. Then the keys are OIDs. */
  readonly isPart: boolean;
}

/** How many rows are looked for in addition to as many as are missing. */
const MARGIN = 32;

/** The newest rows of a catalog: a down migration drops what was created last. */
export function newestKeys(name: WatchedName, rows: CatalogRows, missing = 0): readonly Candidates[] {
  if (missing === 0 || !isKeptByOid(name) || !WATCHED[name].losesRows) return [];
  return [{ name, keys: [...rows[name].keys()].slice(-missing - MARGIN), isPart: true }];
}

/**
 * If there are fewer rows than those known, some were deleted. Mostly these are the newest ones. So the server looks for
 * them first, and lists all rows only if others are missing.
 * @param found the catalogs, with the numbers of their rows
 */
export async function rowsDeleted(
  connection: Connection,
  found: readonly ChangesRow[],
  rows: CatalogRows,
): Promise<[WatchedName, readonly string[]][]> {
  const short = found.flatMap(({ name, rows: count }) => {
    if (!isWatched(name) || count === null) return [];
    const missing = rows[name].size - Number(count);
    return missing === 0 ? [] : [{ name, missing }];
  });
  const goneOfNewest = await keysGone(
    connection,
    short.flatMap(({ name, missing }) => newestKeys(name, rows, missing)),
  );
  const others = short.filter(({ name, missing }) => goneOfNewest.get(name)?.length !== missing);
  const goneOfOthers = await keysGone(
    connection,
    others.map(({ name }) => ({ name, keys: [...rows[name].keys()], isPart: false })),
  );
  return [...new Map([...goneOfNewest, ...goneOfOthers])];
}

/** Which of some keys of each catalog have no row any more. */
export async function keysGone(connection: Connection, candidates: readonly Candidates[]): Promise<Gone> {
  if (candidates.length === 0) return new Map();
  const queries = candidates.map(({ name, keys, isPart }) => {
    const { key, oid, where } = WATCHED[name];
    const rows = isPart ? `${oid} = ANY (${parameter('oid[]', `{${keys.join(',')}}`)})` : isOwn(oid);
    return `SELECT '${name}' AS name, pg_catalog.json_agg(${key}) AS keys FROM pg_catalog.${name} x WHERE ${where} AND ${rows}`;
  });
  const [answer] = await statements(connection, [`${queries.join('\n  UNION ALL ')};`]);
  const found = new Map(
    rowsOf<{ name: string; keys: readonly string[] | null }>(answer).map(({ name, keys }) => [name, keys]),
  );
  return new Map(
    candidates.map(({ name, keys }) => {
      const left = new Set(found.get(name) ?? []);
      return [name, keys.filter((key) => !left.has(key))];
    }),
  );
}
