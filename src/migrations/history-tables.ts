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
  /** SQL condition for the rows that record a migration which has run. Default: every row does. */
  readonly appliedWhen?: string;
  /**
   * The name is too general to leave a table out of a report because of it: the table counts only if the project's
   * migrations are known to be this tool's.
   */
  readonly isAmbiguous?: true;
}

/**
 * The tables of every known migration tool: what a report leaves out, the preset `migration-tools`, and where a live database
 * tells how far it has come. If a schema has several of them, the first of this list counts. A sequence of a table
 * belongs to it.
 */
export const HISTORY_TABLES: readonly HistoryTable[] = [
  { tool: 'knex', table: 'knex_migrations', nameColumn: 'name' },
  { tool: 'knex', table: 'knex_migrations_lock' },
  { tool: 'knex', table: 'knex_migrations*' },
  // golang-migrate has one row, the current version; dbmate, Rails and Ecto one for each migration.
  { tool: 'golang-migrate, dbmate, Rails, Ecto', table: 'schema_migrations', nameColumn: 'version' },
  { tool: 'golang-migrate, dbmate, Rails, Ecto', table: 'schema_migrations*' },
  { tool: 'Rails', table: 'ar_internal_metadata' },
  { tool: 'node-pg-migrate', table: 'pgmigrations', nameColumn: 'name' },
  { tool: 'node-pg-migrate', table: 'pgmigrations*' },
  {
    tool: 'Prisma',
    table: '_prisma_migrations',
    nameColumn: 'migration_name',
    appliedWhen: 'finished_at IS NOT NULL AND rolled_back_at IS NULL',
  },
  { tool: 'Drizzle', table: '__drizzle_migrations', schema: 'drizzle' },
  { tool: 'Drizzle', table: '__drizzle_migrations*' },
  {
    tool: 'Flyway',
    table: 'flyway_schema_history',
    nameColumn: 'script',
    appliedWhen: 'success',
  },
  { tool: 'Flyway, tern', table: 'schema_version', isAmbiguous: true },
  { tool: 'Liquibase', table: 'databasechangelog*' },
  { tool: 'Sequelize', table: 'SequelizeMeta', nameColumn: 'name' },
  { tool: 'Sequelize', table: 'SequelizeData' },
  { tool: 'Kysely', table: 'kysely_migration', nameColumn: 'name' },
  { tool: 'Kysely', table: 'kysely_migration*' },
  {
    tool: 'goose',
    table: 'goose_db_version',
    nameColumn: 'version_id',
    appliedWhen: 'is_applied AND version_id > 0',
  },
  { tool: 'goose', table: 'goose_db_version*' },
  { tool: 'goose', table: 'goose_lock' },
  { tool: 'sqlx', table: '_sqlx_migrations', nameColumn: 'version', appliedWhen: 'success' },
  { tool: 'Diesel', table: '__diesel_schema_migrations', nameColumn: 'version' },
  { tool: 'Supabase', table: 'schema_migrations', schema: 'supabase_migrations', nameColumn: 'version' },
  { tool: 'graphile-migrate', table: 'migrations', schema: 'graphile_migrate', nameColumn: 'filename' },
  { tool: 'Atlas', table: 'atlas_schema_revisions', schema: 'atlas_schema_revisions', nameColumn: 'version' },
  { tool: 'Atlas', table: 'atlas_schema_revisions', nameColumn: 'version' },
  { tool: 'sqitch', table: 'changes', schema: 'sqitch', nameColumn: 'change' },
  { tool: 'Hasura', table: 'migration_settings', schema: 'hdb_catalog' },
  { tool: 'postgrator', table: 'schemaversion', nameColumn: 'version', appliedWhen: 'version > 0' },
  { tool: 'sql-migrate', table: 'gorp_migrations', nameColumn: 'id' },
  { tool: 'pop', table: 'schema_migration', nameColumn: 'version' },
  { tool: 'TypeORM', table: 'typeorm_migrations*' },
  { tool: 'TypeORM', table: 'typeorm_metadata' },
  { tool: 'TypeORM, db-migrate, Laravel, postgres-migrations', table: 'migrations', isAmbiguous: true },
  { tool: 'MikroORM', table: 'mikro_orm_migrations*' },
  { tool: 'Alembic', table: 'alembic_version', nameColumn: 'version_num' },
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
