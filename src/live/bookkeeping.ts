import type { Namespace } from '../introspect/introspect.js';
import { quoteIdentifier } from '../introspect/settings.js';
import { literal, rowsOf, statements, type Connection } from '../introspect/statements.js';

/** Where the common migration tools write down what they have run: the table, its column of names, and what must hold. */
const BOOKS: readonly (readonly [table: string, column: string, where?: string])[] = [
  ['knex_migrations', 'name'],
  ['schema_migrations', 'version'],
  ['pgmigrations', 'name'],
  ['_prisma_migrations', 'migration_name', 'finished_at IS NOT NULL AND rolled_back_at IS NULL'],
  ['flyway_schema_history', 'script', 'success'],
  ['SequelizeMeta', 'name'],
  ['kysely_migration', 'name'],
];

/**
 * The names of the migrations that a database says it has run, in the words of its tool; undefined where it has no
 * such table or the role may not read it.
 */
export async function readBookkeeping(
  connection: Connection,
  namespaces: readonly Namespace[],
  own?: string,
): Promise<readonly string[] | undefined> {
  const books = own === undefined ? BOOKS : [[own, 'name'] as const, ...BOOKS];
  const columns = books.map(([table, column]) => `(${literal(table)}, ${literal(column)})`).join(', ');
  const [found] = await statements(connection, [
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND (c.relname, a.attname) IN (${columns})
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
     ORDER BY n.oid = ANY ('{${namespaces.map(({ oid }) => oid).join(',')}}'::pg_catalog.oid[]) DESC, n.nspname;`,
  ]);
  const places = rowsOf<{ schema: string; name: string }>(found);
  for (const [table, column, where = 'true'] of books) {
    const place = places.find(({ name }) => name === table);
    if (!place) continue;
    const results = await statements(connection, [
      `SAVEPOINT books; SELECT ${quoteIdentifier(column)}::text AS name FROM ${quoteIdentifier(place.schema)}.${quoteIdentifier(place.name)} WHERE ${where}; ROLLBACK TO SAVEPOINT books;`,
    ]);
    return rowsOf<{ name: string }>(results[1]).map(({ name }) => name);
  }
  return undefined;
}
