/** Names of folders with tests, not with migrations of the project. */
export const TEST_FOLDERS: ReadonlySet<string> = new Set([
  'test',
  'tests',
  '__tests__',
  'fixtures',
  '__fixtures__',
  'examples',
  'e2e',
  'spec',
  'testdata',
]);

/** A folder that is named for a database product other than PostgreSQL: `mysql`, `server-sqlite`. */
const OTHER_DATABASE =
  /(?:^|[-_.])(mysql|maria(db)?|sqlite3?|mssql|sqlserver|oracle|cockroach(db)?|crdb|spanner|clickhouse|cassandra|mongo(db)?|snowflake|redshift|bigquery|db2|h2)$/i;

/** A folder of migrations that no tool runs any more, or of SQL files that the migrations above it read (db-migrate). */
const NOT_RUN = /^(_?(archived?|archives|backups?|deprecated|old)|sqls)$/i;

/**
 * Whether a folder holds migrations that are not for the PostgreSQL schema of the project: tests, an archive, or those for
 * another database product.
 * @example isForeignFolder('server-sqlite') // true
 */
export const isForeignFolder = (name: string): boolean =>
  TEST_FOLDERS.has(name) || NOT_RUN.test(name) || OTHER_DATABASE.test(name);
