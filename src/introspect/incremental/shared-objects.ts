import { isDeepStrictEqual } from 'node:util';
import type { AnyObject, Kind } from '../../schema/kinds.js';
import { identityOf, keyOf } from '../../schema/model.js';

/** Returns the object of an earlier reading that equals an object, or the object itself. */
export type Share = <O extends AnyObject>(kind: Kind, object: O) => O;

/**
 * Lets all readings of a database share equal objects. A down migration brings back objects that an earlier reading
 * had: they need no memory, and comparing them takes no time.
 * @example const share = sharingObjects(); const tables = schema.objects.table.map((table) => share('table', table));
 */
export function sharingObjects(): Share {
  const known = new Map<string, AnyObject[]>();
  return <O extends AnyObject>(kind: Kind, object: O): O => {
    const key = keyOf([kind, ...identityOf(kind, object)]);
    const versions = known.get(key);
    const same = versions?.findLast((version): version is O => isDeepStrictEqual(version, object));
    if (same) return same;
    if (versions) versions.push(object);
    else known.set(key, [object]);
    return object;
  };
}
