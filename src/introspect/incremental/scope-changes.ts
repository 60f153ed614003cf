import type { Opened } from '../introspect.js';
import type { RowChange } from './catalog-changes.js';
import type { CatalogRows } from './catalog-rows.js';

/** The OID of the schema `public`, which comes with PostgreSQL. */
const PUBLIC = '2200';

/** What a reading covered. */
interface Covered {
  readonly opened: Opened;
  readonly extensionMembers: ReadonlySet<string>;
}

/**
 * Whether other schemas may be covered than in the previous reading, or other tables be history tables of migration tools.
 * @param rows the present rows.
 * @param isHistory whether a name is one of a history table.
 */
export function mayChangeScope(
  { opened, extensionMembers }: Covered,
  changes: readonly RowChange[],
  rows: CatalogRows,
  isHistory: (name: string) => boolean,
): boolean {
  const excluded = new Set(opened.excludedRelations);
  const isPublicUsed = opened.namespaces.some(({ name }) => name === 'public');
  // An empty schema `public` is not a part of a report.
  const isPublicEmpty = () => {
    for (const [oid, [, namespace, kind]] of rows.pg_class)
      if (namespace === PUBLIC && kind === 'r' && !excluded.has(oid) && !extensionMembers.has(oid))
        return false;
    return true;
  };
  return changes.some(({ catalog, key, before, after }) => {
    if (catalog !== 'pg_class' && catalog !== 'pg_proc' && catalog !== 'pg_type') return false;
    const [name, namespace] = after ?? before ?? [];
    if (catalog === 'pg_class' && (excluded.has(key) || isHistory(String(name)))) return !before || !after;
    return namespace === PUBLIC && (!isPublicUsed || (!after && isPublicEmpty()));
  });
}

/** Whether a name matches one of some LIKE patterns. */
export function likePatterns(patterns: readonly string[]): (name: string) => boolean {
  const sources = patterns.map((pattern) =>
    pattern.replace(/\\(.)|[%_]|[^%_\\]+/gs, (part, escaped: string | undefined) =>
      part === '%' ? '.*' : part === '_' ? '.' : (escaped ?? part).replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    ),
  );
  const expressions = sources.map((source) => new RegExp(`^${source}$`, 's'));
  return (name) => expressions.some((expression) => expression.test(name));
}
