import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';

/**
 * The search path under which the server resolves the names in every query of ours. Functions, operators and types are
 * found in `pg_catalog` alone: those of the database are never looked at, and a temporary object hides nothing.
 */
export const OWN_SEARCH_PATH = 'pg_catalog, pg_temp';

/** Goes back to that path. */
export const RESET_SEARCH_PATH = `SET LOCAL search_path = ${OWN_SEARCH_PATH};`;

/** With this schema at home, all names in expressions are qualified, except those of PostgreSQL's own objects. */
export const NO_HOME = 'pg_catalog';

/** The search path of SQL that is written in the schema `home`. */
export const searchPathOf = (home: string) => `pg_catalog, ${quoteIdentifier(home)}, pg_temp`;

/**
 * Makes a query print names as SQL in the schema `home` would write them: `mood`, not `app.mood`.
 *
 * The server resolves a query's names before it runs the query. So the query sets its own search path as the first
 * thing that it does: its names are already resolved in `pg_catalog`, and only `format_type()`, `pg_get_expr()` and the
 * like see the new path. The path stays until the end of the transaction: `RESET_SEARCH_PATH` has to follow.
 * @param query a SELECT without a semicolon; all that it calls has to run once the path is set, which the join to it,
 * and the condition on it, ensure.
 * @example printing('SELECT pg_catalog.format_type(t.oid, NULL) FROM pg_catalog.pg_type t', 'app')
 */
export const printing = (query: string, home: string) => `
  SELECT printed.* FROM pg_catalog.set_config('search_path', ${quoteLiteral(searchPathOf(home))}, true) AS printing(path)
    CROSS JOIN LATERAL (SELECT * FROM (${query}) query WHERE printing.path IS NOT NULL OFFSET 0) printed;`;
