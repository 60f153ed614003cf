import { isDeepStrictEqual } from 'node:util';
import type { RowChange } from './catalog-changes.js';
import type { CatalogRows } from './catalog-rows.js';
import { WATCHED, type WatchedName } from './catalogs.js';

/** The readings before the present one, newest last. */
export interface EarlierReadings<Reading> {
  /** Adds a reading, and what changed after it. */
  readonly add: (reading: Reading, changes: readonly RowChange[]) => void;
  /** The newest one. */
  readonly newest: () => Reading | undefined;
  /** Removes the newest one: the present reading is the same again. */
  readonly pop: () => Reading | undefined;
  /** Whether changes only remove what was created after the newest reading, and all of it. */
  readonly isNewestAgain: (changes: readonly RowChange[]) => boolean;
  readonly clear: () => void;
}

interface Earlier<Reading> {
  readonly reading: Reading;
  /** The rows that were created after it. Undefined if others were changed. */
  readonly created: readonly RowChange[] | undefined;
}

/**
 * Remembers readings for as long as changes may lead back to them. Most down migrations drop exactly what their up
 * migration created: then the schema is the earlier one, and nothing has to be read.
 * @param rows the present rows.
 * @example const earlier = earlierReadings(rows); earlier.add(reading, changes); earlier.isNewestAgain(laterChanges);
 */
export function earlierReadings<Reading>(rows: CatalogRows): EarlierReadings<Reading> {
  const stack: Earlier<Reading>[] = [];
  return {
    add: (reading, changes) => {
      const relevant = changes.filter((change) => !isUnprinted(change));
      const isCreation = relevant.every(({ before }) => before === undefined);
      stack.push({ reading, created: isCreation ? relevant : undefined });
    },
    newest: () => stack.at(-1)?.reading,
    pop: () => stack.pop()?.reading,
    isNewestAgain: (changes) => {
      const created = stack.at(-1)?.created;
      if (!created?.every((change) => isGone(change, rows))) return false;
      const keys = new Set(created.map(keyOf));
      return changes.every((change) => isUnprinted(change) || (isRemoval(change) && keys.has(keyOf(change))));
    },
    clear: () => {
      stack.length = 0;
    },
  };
}

const keyOf = ({ catalog, key }: RowChange) => `${catalog} ${key}`;

/** A relation's row also changes when the relation gets a column, an index or a trigger. Its facts are all that is printed. */
const isUnprinted = ({ catalog, before, after }: RowChange) =>
  catalog === 'pg_class' && before !== undefined && isDeepStrictEqual(before, after);

/** The row of a dropped column stays. */
const isDropped = (catalog: WatchedName, facts: RowChange['after']) =>
  catalog === 'pg_attribute' && facts?.[2] === true;

const isRemoval = ({ catalog, after }: RowChange) => after === undefined || isDropped(catalog, after);

/** Whether a row is gone, or what it belongs to is. */
function isGone({ catalog, key }: RowChange, rows: CatalogRows): boolean {
  if (WATCHED[catalog].losesRows) return !rows[catalog].has(key);
  // A default that was created with its column goes with it.
  if (catalog === 'pg_attrdef') return true;
  const [relation = ''] = key.split('/');
  return !rows.pg_class.has(relation) || isDropped(catalog, rows[catalog].get(key));
}
