import { type Connection, rowsOf, statements } from '../statements.js';
import { noRows, type CatalogRows } from './catalog-rows.js';
import { WATCHED, type RowFacts, type WatchedName } from './catalogs.js';
import {
  allCatalogs,
  allChanges,
  isOther,
  isWatched,
  watchedChanges,
  type Catalog,
  type ChangesRow,
  type Look,
} from './changes-query.js';
import { isKeptByOid, keysGone, newestKeys, rowsDeleted, type Gone } from './deleted-rows.js';
import { writeCounters, type WriteCounters, type Writes } from './write-counters.js';

/** A row that was written or deleted since the previous reading. */
export interface RowChange {
  readonly catalog: WatchedName;
  readonly key: string;
  /** Absent if the row is new. */
  readonly before?: RowFacts;
  /** Absent if the row was deleted. */
  readonly after?: RowFacts;
}

/** What was written to the catalogs between two readings. */
export interface CatalogChanges {
  readonly rows: readonly RowChange[];
  /** Why the changes cannot be mapped to objects. */
  readonly unmapped?: string;
}

/** Follows the catalogs of a database from one reading to the next. */
export interface CatalogWatcher {
  /** What was written since the previous call. `opening` are the statements that begin the transaction of a reading. */
  readonly changes: (opening: readonly string[]) => Promise<CatalogChanges>;
  readonly rows: CatalogRows;
}

const NAMES = Object.keys(WATCHED) as readonly WatchedName[];

/**
 * Finds changed rows by the transactions that wrote them (the system column `xmin`), and deleted ones by counting.
 *
 * If the server's counters contain everything that was written, they tell which catalogs have to be looked at, and how
 * many rows have to be found. Then an index finds most of them. If it finds fewer, the catalog is scanned.
 * @param areWritesCounted whether the counters contain everything that was written so far. Default: never.
 * @see https://www.postgresql.org/docs/18/ddl-system-columns.html
 */
export function watchCatalogs(
  connection: Connection,
  areWritesCounted: () => boolean = () => false,
): CatalogWatcher {
  const rows = noRows();
  const states = new Map<string, string>();
  let catalogs: readonly Catalog[] | undefined;
  let counters: WriteCounters | undefined;
  let horizon = '';
  let top = 0;
  let hasSubscriptions = false;

  const apply = (found: readonly ChangesRow[]): RowChange[] =>
    found.flatMap(({ name, changed }) => {
      if (!isWatched(name)) return [];
      if (isKeptByOid(name)) for (const [key] of changed ?? []) top = Math.max(top, Number(key));
      return rowsWritten(name, changed ?? [], rows);
    });

  const changes = async (opening: readonly string[]): Promise<CatalogChanges> => {
    catalogs ??= await allCatalogs(connection);
    counters = areWritesCounted() ? (counters ?? writeCounters(connection, catalogs)) : undefined;
    const writes = await counters?.writes(opening);
    const since = { horizon, top };
    const looks = new Map(NAMES.flatMap((name) => lookOf(name, writes)));
    const isWritten = (name: string) =>
      !writes || writes.has(name) || (name === 'pg_subscription' && hasSubscriptions);
    const [answers, gone] = await Promise.all([
      statements(connection, [
        ...(counters ? [] : opening),
        allChanges({ ...since, looks, catalogs, isWritten }),
      ]),
      keysGone(
        connection,
        writes ? NAMES.flatMap((name) => newestKeys(name, rows, writes.get(name)?.deleted)) : [],
      ),
    ]);
    const [snapshot, ...found] = rowsOf<ChangesRow>(answers.at(-1));
    const isFirst = horizon === '';
    horizon = snapshot?.hash ?? '';
    const open = writes ? NAMES.filter((name) => !isSettled(name, writes.get(name), looks, found, gone)) : [];
    const isOpen = ({ name }: { readonly name: string }) => (open as readonly string[]).includes(name);
    const changed = apply(found.filter((each) => !isOpen(each)));
    const scanned = open.length > 0 ? await scan(since, open) : found;
    if (open.length > 0) changed.push(...apply(scanned));
    const deleted = [
      ...[...gone].flatMap(([catalog, keys]) => (open.includes(catalog) ? [] : take(catalog, keys, rows))),
      ...(await rowsDeleted(connection, scanned, rows)).flatMap(([catalog, keys]) =>
        take(catalog, keys, rows),
      ),
    ];
    const others = found.filter(({ name }) => !isWatched(name));
    hasSubscriptions = others.some(({ name, system }) => name === 'subscriptions' && system === true);
    const unmapped =
      (isFirst ? 'nothing was read yet' : undefined) ??
      catalogs.find(({ name, isReadable }) => !isReadable && isOther(name))?.name ??
      [...found, ...scanned].find(({ system }) => system)?.name ??
      others.find((each) => states.get(each.name) !== stateOf(each))?.name;
    for (const each of others) states.set(each.name, stateOf(each));
    return { rows: [...changed, ...deleted], ...(unmapped !== undefined && { unmapped }) };
  };

  const scan = async (
    since: { readonly horizon: string; readonly top: number },
    names: readonly WatchedName[],
  ): Promise<readonly ChangesRow[]> => {
    const looks = new Map(names.map((name): [WatchedName, Look] => [name, 'all']));
    const [answer] = await statements(connection, [watchedChanges({ ...since, looks })]);
    return rowsOf<ChangesRow>(answer);
  };
  return { changes, rows };
}

/** How a catalog has to be looked at. Without counters, at every row. */
function lookOf(name: WatchedName, writes: ReadonlyMap<string, Writes> | undefined): [WatchedName, Look][] {
  if (!writes) return [[name, 'all']];
  const { inserted = 0, updated = 0 } = writes.get(name) ?? {};
  if (inserted === 0 && updated === 0) return [];
  return [[name, updated === 0 && hasNewOids(name) ? 'newest' : 'written']];
}

/** Whether a new row of a catalog belongs to an object that is new, or mostly so. */
const hasNewOids = (name: WatchedName) => isKeptByOid(name) || name === 'pg_attribute';

/** Whether all rows that were written or deleted according to the counters have been found. */
function isSettled(
  name: WatchedName,
  { inserted = 0, deleted = 0 }: Partial<Writes> = {},
  looks: ReadonlyMap<WatchedName, Look>,
  found: readonly ChangesRow[],
  gone: Gone,
): boolean {
  const isFound =
    looks.get(name) !== 'newest' || Number(found.find((each) => each.name === name)?.found) === inserted;
  return isFound && (!WATCHED[name].losesRows || deleted === (gone.get(name)?.length ?? 0));
}

const stateOf = ({ rows, hash }: ChangesRow) => `${rows ?? ''} ${hash ?? ''}`;

function rowsWritten(
  catalog: WatchedName,
  changed: NonNullable<ChangesRow['changed']>,
  rows: CatalogRows,
): RowChange[] {
  return changed.map(([key, ...after]) => {
    const before = rows[catalog].get(key);
    rows[catalog].set(key, after);
    return { catalog, key, after, ...(before && { before }) };
  });
}

/** Takes deleted rows out of the known ones. */
function take(catalog: WatchedName, keys: readonly string[], rows: CatalogRows): RowChange[] {
  return keys.flatMap((key) => {
    const before = rows[catalog].get(key);
    rows[catalog].delete(key);
    return before ? [{ catalog, key, before }] : [];
  });
}
