import type { Namespace } from '../introspect/introspect.js';
import { rowsOf, statements, type Connection } from '../introspect/statements.js';
import { HISTORY_TABLES, type HistoryRow, type HistoryTable } from '../migrations/history-tables.js';
import { quoteIdentifier, quoteLiteral } from '../postgres/quoting.js';

/** The content of a migration tool's history table. */
export interface AppliedMigrations {
  /** The schema that the table is in. */
  readonly schema: string;
  /** The names of the applied migrations, as the tool records them. */
  readonly names: readonly string[];
  /** There is one name, which stands for all migrations up to it. */
  readonly isCurrentOnly?: true;
}

/** The tables that name migrations: those of the project, then those of `HISTORY_TABLES`. */
const recordsWith = (own: readonly HistoryTable[]): readonly HistoryTable[] =>
  [...own, ...HISTORY_TABLES].filter(({ nameColumn }) => nameColumn !== undefined);

interface FoundTable {
  readonly schema: string;
  readonly name: string;
  /** Whether it is in one of the schemas that are read. */
  readonly isChosen: boolean;
  /** Its columns of plain types. */
  readonly columns: readonly string[];
}

/** The record that describes a table, judged by its name, schema and columns. */
const recordOf = (
  { schema, name, columns }: FoundTable,
  records: readonly HistoryTable[],
): HistoryTable | undefined =>
  records.find(
    (each) =>
      each.table === name &&
      (each.schema ?? schema) === schema &&
      [each.nameColumn ?? '', ...(each.flags ?? [])].every((column) => columns.includes(column)),
  );

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
  own: readonly HistoryTable[] = [],
): Promise<readonly AppliedMigrations[]> {
  const records = recordsWith(own);
  const tables = await findTables(connection, namespaces, records);
  const chosen = tables.filter(({ found }) => found.isChosen);
  const meant =
    chosen.length > 0
      ? firstPerSchema(chosen, records)
      : exactlyOne(inOwnSchemas(firstPerSchema(tables, records)));
  const found: AppliedMigrations[] = [];
  for (let at = 0; at < meant.length; at += BATCH) {
    const batch = meant.slice(at, at + BATCH);
    // Returning to the savepoint releases the locks.
    const results = await statements(connection, [
      'SAVEPOINT history;',
      ...batch.map(namesQuery),
      'ROLLBACK TO SAVEPOINT history;',
    ]);
    batch.forEach((table, n) => {
      const {
        isApplied = () => true,
        nameOf = ({ name }: HistoryRow) => String(name),
        isCurrentOnly,
      } = table.record;
      const rows = rowsOf<HistoryRow>(results[n + 1]).filter(isApplied);
      found.push({
        schema: table.found.schema,
        names: rows.map(nameOf),
        ...(isCurrentOnly && { isCurrentOnly }),
      });
    });
  }
  return found;
}

/** A table and the record that describes it. */
interface DescribedTable {
  readonly found: FoundTable;
  readonly record: HistoryTable;
}

async function findTables(
  connection: Connection,
  namespaces: readonly Namespace[],
  records: readonly HistoryTable[],
): Promise<readonly DescribedTable[]> {
  const names = records.map(({ table }) => quoteLiteral(table)).join(', ');
  const oids = namespaces.map(({ oid }) => oid).join(',');
  const [found] = await statements(connection, [
    `SELECT n.nspname AS schema, c.relname AS name, n.oid = ANY ('{${oids}}'::pg_catalog.oid[]) AS "isChosen",
       ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
           AND t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace) AS columns
     FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind = 'r' AND c.relname IN (${names}) AND NOT pg_catalog.row_security_active(c.oid)
       AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
     ORDER BY n.nspname;`,
  ]);
  return rowsOf<FoundTable>(found).flatMap((table) => {
    const record = recordOf(table, records);
    // A table with a general name counts only in its schema.
    return record === undefined || record.isAmbiguous === true ? [] : [{ found: table, record }];
  });
}

/** The tables in schemas that a tool made for them, if there are any: the services of a platform also have history tables. */
function inOwnSchemas(tables: readonly DescribedTable[]): readonly DescribedTable[] {
  const own = tables.filter(({ record }) => record.schema !== undefined);
  return own.length > 0 ? own : tables;
}

const exactlyOne = (tables: readonly DescribedTable[]) => (tables.length === 1 ? tables : []);

/** One table per schema: that of the tool which is first in the list of records. */
function firstPerSchema(
  tables: readonly DescribedTable[],
  records: readonly HistoryTable[],
): readonly DescribedTable[] {
  const rank = ({ record }: DescribedTable) => records.indexOf(record);
  const first = new Map<string, DescribedTable>();
  for (const table of [...tables].sort((a, b) => rank(a) - rank(b)))
    if (!first.has(table.found.schema)) first.set(table.found.schema, table);
  return [...first.values()];
}

/**
 * Reads the table alone, for a child of it may be a foreign table. driftmark converts and filters the values: a cast
 * in SQL could be one that the database defines.
 */
function namesQuery({ found, record }: DescribedTable): string {
  const { schema, name } = found;
  const { nameColumn: column = '', flags = [] } = record;
  const columns = [`${quoteIdentifier(column)} AS name`, ...flags.map(quoteIdentifier)];
  const table = `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
  return `SELECT ${columns.join(', ')} FROM ONLY ${table} LIMIT 10000;`;
}

/**
 * The migrations that are recorded for some schemas: those in the first of them that has a history table, else those
 * of the only history table elsewhere.
 */
export function appliedIn(
  all: readonly AppliedMigrations[],
  namespaces: readonly string[],
): AppliedMigrations | undefined {
  const own = namespaces.flatMap((name) => all.find(({ schema }) => schema === name) ?? [])[0];
  return own ?? (all.length === 1 ? all[0] : undefined);
}
