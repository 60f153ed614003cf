import type { Namespace } from '../introspect/introspect.js';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';

/** What a migration tool wrote down of what it has run. */
export interface AppliedMigrations {
  /** The schema that its table is in. */
  readonly schema: string;
  /** Names of migrations, in the words of the tool. */
  readonly names: readonly string[];
}

/** Where the common migration tools write down what they have run: the table, its column of names, and what must hold. */
const HISTORY_TABLES: readonly (readonly [table: string, column: string, where?: string])[] = [
  ['knex_migrations', 'name'],
  ['schema_migrations', 'version'],
  ['pgmigrations', 'name'],
  ['_prisma_migrations', 'migration_name', 'finished_at IS NOT NULL AND rolled_back_at IS NULL'],
  ['flyway_schema_history', 'script', 'success'],
  ['SequelizeMeta', 'name'],
  ['kysely_migration', 'name'],
];

interface Place {
  readonly schema: string;
  readonly name: string;
  readonly isChosen: boolean;
}

/**
 * The books that migration tools keep in the given schemas; where there are none, the one that is kept elsewhere in
 * the database, if there is but one. A table that the role may not read counts as none: it only explains, and is no part of the schema.
 */
export async function readAppliedMigrations(
  connection: Connection,
  namespaces: readonly Namespace[],
): Promise<readonly AppliedMigrations[]> {
  const columns = HISTORY_TABLES.map(
    ([table, column]) => `(${quoteLiteral(table)}, ${quoteLiteral(column)})`,
  ).join(', ');
  const [found] = await statements(connection, [
    `SELECT n.nspname AS schema, c.relname AS name,
       n.oid = ANY ('{${namespaces.map(({ oid }) => oid).join(',')}}'::pg_catalog.oid[]) AS "isChosen"
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind = 'r' AND (c.relname, a.attname) IN (${columns}) AND NOT a.attisdropped
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
     ORDER BY n.nspname;`,
  ]);
  const places = rowsOf<Place>(found);
  const chosen = places.filter(({ isChosen }) => isChosen);
  const meant = chosen.length > 0 ? firstOfEach(chosen) : onlyOne(firstOfEach(places));
  const books: AppliedMigrations[] = [];
  for (let at = 0; at < meant.length; at += BATCH) {
    const batch = meant.slice(at, at + BATCH);
    const results = await statements(connection, [
      'SAVEPOINT books;',
      ...batch.map(({ schema, name }) => `${namesIn(schema, name)};`),
      'ROLLBACK TO SAVEPOINT books;',
    ]);
    batch.forEach(({ schema }, n) => {
      books.push({ schema, names: rowsOf<{ name: string }>(results[n + 1]).map(({ name }) => name) });
    });
  }
  return books;
}

const onlyOne = (places: readonly Place[]) => (places.length === 1 ? places : []);

/** How many tables are held at once. Going back to the savepoint lets go of them. */
const BATCH = 50;

/** One book for each schema: that of the tool which stands first among `BOOKS`. */
function firstOfEach(places: readonly Place[]): readonly Place[] {
  const rank = ({ name }: Place) => HISTORY_TABLES.findIndex(([table]) => table === name);
  const first = new Map<string, Place>();
  for (const place of [...places].sort((a, b) => rank(a) - rank(b)))
    if (!first.has(place.schema)) first.set(place.schema, place);
  return [...first.values()];
}

function namesIn(schema: string, name: string): string {
  const [, column = '', where = 'true'] = HISTORY_TABLES.find(([table]) => table === name) ?? [];
  return `SELECT ${quoteIdentifier(column)}::text AS name FROM ${quoteIdentifier(schema)}.${quoteIdentifier(name)} WHERE ${where} LIMIT 10000`;
}

/** What the books of a schema say, of the first of several that has any; else those that are kept elsewhere. */
export function appliedIn(
  books: readonly AppliedMigrations[],
  namespaces: readonly string[],
): readonly string[] | undefined {
  const own = namespaces.flatMap((name) => books.find(({ schema }) => schema === name) ?? [])[0];
  return (own ?? (books.length === 1 ? books[0] : undefined))?.names;
}
