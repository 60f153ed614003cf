import type { Namespace } from '../introspect/introspect.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';

/** The content of a migration tool's history table. */
export interface AppliedMigrations {
  /** The schema that the table is in. */
  readonly schema: string;
  /** The names of the applied migrations, as the tool records them. */
  readonly names: readonly string[];
}

/** The history tables of common tools: the table, the column with the names, and a condition for applied migrations. */
const HISTORY_TABLES: readonly (readonly [table: string, column: string, where?: string])[] = [
  ['knex_migrations', 'name'],
  ['schema_migrations', 'version'],
  ['pgmigrations', 'name'],
  ['_prisma_migrations', 'migration_name', 'finished_at IS NOT NULL AND rolled_back_at IS NULL'],
  ['flyway_schema_history', 'script', 'success'],
  ['SequelizeMeta', 'name'],
  ['kysely_migration', 'name'],
];

interface HistoryTable {
  readonly schema: string;
  readonly name: string;
  /** Whether it is in one of the schemas that are read. */
  readonly isChosen: boolean;
}

/** The number of history tables that are locked at the same time. */
const BATCH = 50;

/**
 * Reads the history tables in the given schemas. Without any, reads the one in another schema, if there is exactly one.
 * A table that the role may not read is skipped: history only explains differences. So is a table whose reading would
 * run code of the database (row-level security, a generated column, a type with casts of its own).
 */
export async function readAppliedMigrations(
  connection: Connection,
  namespaces: readonly Namespace[],
): Promise<readonly AppliedMigrations[]> {
  const tables = await findHistoryTables(connection, namespaces);
  const chosen = tables.filter(({ isChosen }) => isChosen);
  const meant = chosen.length > 0 ? firstPerSchema(chosen) : exactlyOne(firstPerSchema(tables));
  const found: AppliedMigrations[] = [];
  for (let at = 0; at < meant.length; at += BATCH) {
    const batch = meant.slice(at, at + BATCH);
    // Returning to the savepoint releases the locks.
    const results = await statements(connection, [
      'SAVEPOINT history;',
      ...batch.map(namesQuery),
      'ROLLBACK TO SAVEPOINT history;',
    ]);
    batch.forEach(({ schema }, n) => {
      const rows = rowsOf<{ name: unknown }>(results[n + 1]);
      found.push({ schema, names: rows.map(({ name }) => String(name)) });
    });
  }
  return found;
}

async function findHistoryTables(
  connection: Connection,
  namespaces: readonly Namespace[],
): Promise<readonly HistoryTable[]> {
  const known = HISTORY_TABLES.map(
    ([table, column]) =>
      `c.relname OPERATOR(pg_catalog.=) ${quoteLiteral(table)} AND a.attname OPERATOR(pg_catalog.=) ${quoteLiteral(column)}`,
  );
  const oids = namespaces.map(({ oid }) => oid).join(',');
  const [found] = await statements(connection, [
    `SELECT n.nspname AS schema, c.relname AS name,
       n.oid OPERATOR(pg_catalog.=) ANY ('{${oids}}'::pg_catalog.oid[]) AS "isChosen"
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid OPERATOR(pg_catalog.=) c.oid
       JOIN pg_catalog.pg_type t ON t.oid OPERATOR(pg_catalog.=) a.atttypid
     WHERE c.relkind OPERATOR(pg_catalog.=) 'r' AND (${known.join(' OR ')}) AND NOT a.attisdropped
       AND a.attgenerated OPERATOR(pg_catalog.=) '' AND NOT pg_catalog.row_security_active(c.oid)
       AND t.typnamespace OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
     ORDER BY n.nspname;`,
  ]);
  return rowsOf<HistoryTable>(found);
}

const exactlyOne = (tables: readonly HistoryTable[]) => (tables.length === 1 ? tables : []);

/** One table per schema: that of the tool which is first in `HISTORY_TABLES`. */
function firstPerSchema(tables: readonly HistoryTable[]): readonly HistoryTable[] {
  const rank = ({ name }: HistoryTable) => HISTORY_TABLES.findIndex(([table]) => table === name);
  const first = new Map<string, HistoryTable>();
  for (const table of [...tables].sort((a, b) => rank(a) - rank(b)))
    if (!first.has(table.schema)) first.set(table.schema, table);
  return [...first.values()];
}

/** The names are converted to strings by driftmark: a cast in SQL could be one that the database defines. */
function namesQuery({ schema, name }: HistoryTable): string {
  const [, column = '', where = 'true'] = HISTORY_TABLES.find(([table]) => table === name) ?? [];
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return `SELECT ${quoteIdentifier(column)} AS name FROM ONLY ${table} WHERE ${where} LIMIT 10000;`;
}

/**
 * The migrations that are recorded for some schemas: those in the first of them that has a history table, else those
 * of the only history table elsewhere.
 */
export function appliedIn(
  all: readonly AppliedMigrations[],
  namespaces: readonly string[],
): readonly string[] | undefined {
  const own = namespaces.flatMap((name) => all.find(({ schema }) => schema === name) ?? [])[0];
  return (own ?? (all.length === 1 ? all[0] : undefined))?.names;
}
