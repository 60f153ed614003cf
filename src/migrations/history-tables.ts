/** A row of a history table: the name of a migration as `name`, and the flags. */
export type HistoryRow = Readonly<Record<string, unknown>>;

/** A table in which a migration tool records what it has run. */
export interface HistoryTable {
  /** The tool, as people write its name. */
  readonly tool: string;
  /** The table's name; `*` stands for any characters. */
  readonly table: string;
  /** The schema, if the tool creates one of its own for it: the whole schema is then the tool's. Default: any schema. */
  readonly schema?: string;
  /** The column that holds the name or the version of a migration. Absent: the table records nothing of the kind. */
  readonly nameColumn?: string;
  /** Further columns that `isApplied` needs. A table without one of them is not this tool's. */
  readonly flags?: readonly string[];
  /** Whether a row, with the name as `name` and the flags, records a migration that has run. Default: every row does. */
  readonly isApplied?: (row: HistoryRow) => boolean;
  /** The name of the migration that a row records, if no column has it. Default: `name`. */
  readonly nameOf?: (row: HistoryRow) => string;
  /** The table has one row, the current version, which stands for all versions up to it. */
  readonly isCurrentOnly?: true;
  /**
   * The name is too general to leave a table out of a report because of it: the table counts only if the project's
   * migrations are known to be this tool's.
   */
  readonly isAmbiguous?: true;
}

const isSuccess = ({ success }: HistoryRow): boolean => success === true;

/**
 * The history tables of every known migration tool. Reports leave them out, the preset `migration-tools` ignores them, and
 * a live check reads the applied migrations from them. If a schema has several, the first of this list counts. A sequence
 * of a table belongs to it.
 */
export const HISTORY_TABLES: readonly HistoryTable[] = [
  { tool: 'knex', table: 'knex_migrations', nameColumn: 'name' },
  { tool: 'knex', table: 'knex_migrations_lock' },
  { tool: 'knex', table: 'knex_migrations*' },
  {
    tool: 'golang-migrate',
    table: 'schema_migrations',
    nameColumn: 'version',
    flags: ['dirty'],
    isCurrentOnly: true,
  },
  { tool: 'dbmate, Rails, Ecto', table: 'schema_migrations', nameColumn: 'version' },
  { tool: 'golang-migrate, dbmate, Rails, Ecto', table: 'schema_migrations*' },
  { tool: 'Rails', table: 'ar_internal_metadata' },
  { tool: 'node-pg-migrate', table: 'pgmigrations', nameColumn: 'name' },
  { tool: 'node-pg-migrate', table: 'pgmigrations*' },
  {
    tool: 'Prisma',
    table: '_prisma_migrations',
    nameColumn: 'migration_name',
    flags: ['finished_at', 'rolled_back_at'],
    isApplied: ({ finished_at: finished, rolled_back_at: rolledBack }) =>
      finished !== null && rolledBack === null,
  },
  { tool: 'Drizzle', table: '__drizzle_migrations', schema: 'drizzle' },
  { tool: 'Drizzle', table: '__drizzle_migrations*' },
  {
    tool: 'Flyway',
    table: 'flyway_schema_history',
    nameColumn: 'script',
    flags: ['success', 'type'],
    // Other rows are about schemas, baselines, and what was undone.
    isApplied: ({ success, type }) =>
      success === true && !/^(SCHEMA|BASELINE|DELETE|UNDO_.*)$/.test(String(type)),
  },
  { tool: 'Flyway', table: 'schema_version', isAmbiguous: true },
  {
    tool: 'tern',
    table: 'schema_version',
    nameColumn: 'version',
    isCurrentOnly: true,
    isApplied: ({ name }) => Number(name) > 0,
    isAmbiguous: true,
  },
  { tool: 'Liquibase', table: 'databasechangelog*' },
  { tool: 'Sequelize', table: 'SequelizeMeta', nameColumn: 'name' },
  { tool: 'Sequelize', table: 'SequelizeData' },
  { tool: 'Kysely', table: 'kysely_migration', nameColumn: 'name' },
  { tool: 'Kysely', table: 'kysely_migration*' },
  {
    tool: 'goose',
    table: 'goose_db_version',
    nameColumn: 'version_id',
    flags: ['is_applied'],
    isApplied: ({ name, is_applied: applied }) => applied === true && Number(name) > 0,
  },
  { tool: 'goose', table: 'goose_db_version*' },
  { tool: 'goose', table: 'goose_lock' },
  {
    tool: 'sqlx',
    table: '_sqlx_migrations',
    nameColumn: 'version',
    flags: ['success'],
    isApplied: isSuccess,
  },
  { tool: 'Diesel', table: '__diesel_schema_migrations', nameColumn: 'version' },
  { tool: 'Supabase', table: 'schema_migrations', schema: 'supabase_migrations', nameColumn: 'version' },
  { tool: 'graphile-migrate', table: 'migrations', schema: 'graphile_migrate', nameColumn: 'filename' },
  { tool: 'Atlas', table: 'atlas_schema_revisions', schema: 'atlas_schema_revisions', nameColumn: 'version' },
  { tool: 'Atlas', table: 'atlas_schema_revisions', nameColumn: 'version' },
  { tool: 'sqitch', table: 'changes', schema: 'sqitch', nameColumn: 'change' },
  { tool: 'Hasura', table: 'migration_settings', schema: 'hdb_catalog' },
  {
    tool: 'postgrator',
    table: 'schemaversion',
    nameColumn: 'version',
    isApplied: ({ name }) => Number(name) > 0,
  },
  { tool: 'sql-migrate', table: 'gorp_migrations', nameColumn: 'id' },
  { tool: 'pop', table: 'schema_migration', nameColumn: 'version' },
  { tool: 'TypeORM', table: 'typeorm_migrations*' },
  { tool: 'TypeORM', table: 'typeorm_metadata' },
  { tool: 'TypeORM, db-migrate, Laravel, postgres-migrations', table: 'migrations', isAmbiguous: true },
  { tool: 'MikroORM', table: 'mikro_orm_migrations*' },
  { tool: 'Alembic', table: 'alembic_version', nameColumn: 'version_num', isCurrentOnly: true },
  { tool: 'Django', table: 'django_migrations', nameColumn: 'name' },
  { tool: 'Django', table: 'django_migrations*' },
  { tool: 'Entity Framework Core', table: '__EFMigrationsHistory', nameColumn: 'MigrationId' },
  { tool: 'refinery', table: 'refinery_schema_history', nameColumn: 'version' },
  { tool: 'SeaORM', table: 'seaql_migrations', nameColumn: 'version' },
  { tool: 'yoyo', table: '_yoyo_*' },
  { tool: 'yoyo', table: 'yoyo_lock' },
  { tool: 'DbUp', table: 'schemaversions', nameColumn: 'scriptname' },
  { tool: 'pgroll', table: 'migrations', schema: 'pgroll', nameColumn: 'name' },
  { tool: 'Prisma 8', table: 'ledger', schema: 'prisma_contract' },
];

/** The names of history tables that a report leaves out because of their names alone, with `*` for any characters. */
export const HISTORY_TABLE_GLOBS: readonly string[] = [
  ...new Set(
    HISTORY_TABLES.filter(({ schema, isAmbiguous }) => schema === undefined && isAmbiguous !== true).map(
      ({ table }) => table,
    ),
  ),
];

/** Names with `*` as patterns for LIKE. */
export const likePatterns = (globs: readonly string[]): string[] =>
  globs.map((glob) => glob.replaceAll(/[\\_%]/g, '\\$&').replaceAll('*', '%'));

/**
 * History tables whose names are too general for other migrations: a command may run any tool. With their sequences.
 */
export const COMMAND_HISTORY_TABLES: readonly HistoryTable[] = HISTORY_TABLES.filter(
  ({ isAmbiguous }) => isAmbiguous === true,
).flatMap(({ tool, table }) => [
  { tool, table },
  { tool, table: `${table}_*_seq` },
]);
