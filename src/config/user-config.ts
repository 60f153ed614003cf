/** Made from src/config/schema.ts by tests/docs/config.test.ts. */

export interface UserConfig {
  /**
   * The JSON Schema of this file, for editors.
   */
  $schema?: string;
  /**
   * The name in the report. Default: that of package.json, or of the folder.
   */
  name?: string;
  /**
   * The migrations folder, relative to `path`. Default: 'migrations'.
   */
  migrations?: string;
  /**
   * The report's file, relative to `path`. Default: 'report.sql.md'.
   */
  report?: string;
  /**
   * The schemas that the report covers, as names or globs. Default: every schema that the migrations make or fill.
   */
  schemas?: string[];
  /**
   * Layout of the migrations folder: the tool that runs it. Default: detected from its files.
   */
  layout?:
    | 'knex'
    | 'prisma'
    | 'drizzle'
    | 'flyway'
    | 'supabase'
    | 'dbmate'
    | 'goose'
    | 'sql-migrate'
    | 'node-pg-migrate'
    | 'graphile-migrate'
    | 'atlas'
    | 'tern'
    | 'postgrator'
    | 'sqitch'
    | 'hasura'
    | 'diesel'
    | 'golang-migrate'
    | 'sqlx'
    | 'sql';
  /**
   * The format of the report. Default: that of the committed report, `full` for a new one.
   */
  format?: 'full' | 'backstage';
  /**
   * Whether a report in the format `full` ends with a Mermaid diagram of its tables. Default: whether the committed report does, false for a new one.
   */
  diagram?: boolean;
  /**
   * The command that the report names as the one that makes it. Default: the one that it names already.
   */
  command?: string;
  /**
   * Roles that the migrations grant to: made before they run.
   */
  roles?: string[];
  /**
   * An SQL file, relative to the config, that is run before the migrations: extensions, roles, schemas.
   */
  setup?: string;
  /**
   * Whether the down migrations are tried. Default: true.
   */
  down?: boolean;
  /**
   * Whether the report names the versions of extensions. Default: false.
   */
  extensionVersions?: boolean;
  /**
   * The classes of change that fail a check; others are shown and pass. Default: all.
   */
  failOn?: ('breaking' | 'additive' | 'behaviour' | 'order' | 'privileges' | 'comments' | 'physical')[];
  /**
   * The classes of change that do not fail a check; they are still shown. Default: none.
   */
  ignoreClasses?: (
    'breaking' | 'additive' | 'behaviour' | 'order' | 'privileges' | 'comments' | 'physical'
  )[];
  /**
   * The live database of `check --live`. `${NAME}` stands for an environment variable, which keeps passwords out of the file. Default: DRIFTMARK_URL, else the `PG*` variables.
   */
  url?: string;
  /**
   * Differences of live databases that are known and accepted. Rules of a target come on top of those at the top level.
   */
  ignore?: IgnoreRule[];
  /**
   * Named sets of what a hosted database or a tool adds, which is then no difference. `migration-tools` and `partitions` always hold. Those of a target come on top of those at the top level.
   */
  presets?: (
    | 'migration-tools'
    | 'partitions'
    | 'maintenance'
    | 'rds'
    | 'cloud-sql'
    | 'azure'
    | 'supabase'
    | 'neon'
    | 'timescale'
  )[];
  /**
   * Whether a live database may lack the newest migrations. Default: false.
   */
  allowPending?: boolean;
  /**
   * The targets: package folders as paths or globs, or one described in full.
   */
  targets?: (string | Target)[];
  /**
   * How results are told: names, or names with the files that they are written to. Default: `text`, and `github` in GitHub Actions.
   */
  reporters?: (
    | ('text' | 'json' | 'github' | 'markdown' | 'junit')
    | {
        /**
         * The reporter.
         */
        name: 'text' | 'json' | 'github' | 'markdown' | 'junit';
        /**
         * The file that it writes to, relative to the config. Default: stdout.
         */
        outputFile?: string;
      }
  )[];
  /**
   * How many targets are worked on at once. Default: the number of processors.
   */
  jobs?: number;
  /**
   * Where scratch databases are made. Default: `server` where there is a scratchUrl, else `embedded`.
   */
  engine?: 'embedded' | 'server';
  /**
   * A server on which databases may be created and dropped. `${NAME}` stands for an environment variable. Default: DRIFTMARK_SCRATCH_URL.
   */
  scratchUrl?: string;
  /**
   * The major version of the scratch server: production's. Default: any.
   */
  postgresVersion?: number;
  /**
   * The folder of the embedded server's binaries (initdb, postgres). Default: found by itself.
   */
  postgresBin?: string;
}
/**
 * A difference that is known, and accepted, in live databases.
 */
export interface IgnoreRule {
  /**
   * The kind of object, as `--reporter json` has it: `table`, `index`, `column`. Default: any.
   */
  kind?:
    | 'namespace'
    | 'extension'
    | 'defaultPrivileges'
    | 'enum'
    | 'domain'
    | 'domainConstraint'
    | 'compositeType'
    | 'rangeType'
    | 'collation'
    | 'sequence'
    | 'table'
    | 'foreignTable'
    | 'view'
    | 'materializedView'
    | 'column'
    | 'index'
    | 'foreignKey'
    | 'check'
    | 'exclusionConstraint'
    | 'trigger'
    | 'policy'
    | 'rule'
    | 'statistics'
    | 'function'
    | 'procedure'
    | 'aggregate'
    | 'operator'
    | 'cast'
    | 'textSearchConfiguration'
    | 'textSearchDictionary'
    | 'foreignDataWrapper'
    | 'foreignServer'
    | 'userMapping'
    | 'publication'
    | 'subscription'
    | 'eventTrigger'
    | 'uncovered';
  /**
   * The schema that the object is in, as a name or a glob. Default: any.
   */
  schema?: string;
  /**
   * The object's name, as a name or a glob; with its table's in front for what stands in a table: `orders.total`, `orders.*`. Default: any.
   */
  name?: string;
  /**
   * The fact of the object that may differ, as `--reporter json` has it: `comment`, `default`. Default: any, and the object may be missing or additional.
   */
  fact?: string;
  /**
   * Why the difference is accepted. Printed where the rule applies.
   */
  reason: string;
  /**
   * The last day on which the rule holds, as `YYYY-MM-DD`. Default: it holds for good.
   */
  expires?: string;
}
/**
 * One schema to check: a package folder, its migrations and its report.
 */
export interface Target {
  /**
   * The package's folder, relative to the config. Default: the config's own folder.
   */
  path?: string;
  /**
   * The name in the report. Default: that of package.json, or of the folder.
   */
  name?: string;
  /**
   * The migrations folder, relative to `path`. Default: 'migrations'.
   */
  migrations?: string;
  /**
   * The report's file, relative to `path`. Default: 'report.sql.md'.
   */
  report?: string;
  /**
   * The schemas that the report covers, as names or globs. Default: every schema that the migrations make or fill.
   */
  schemas?: string[];
  /**
   * Layout of the migrations folder: the tool that runs it. Default: detected from its files.
   */
  layout?:
    | 'knex'
    | 'prisma'
    | 'drizzle'
    | 'flyway'
    | 'supabase'
    | 'dbmate'
    | 'goose'
    | 'sql-migrate'
    | 'node-pg-migrate'
    | 'graphile-migrate'
    | 'atlas'
    | 'tern'
    | 'postgrator'
    | 'sqitch'
    | 'hasura'
    | 'diesel'
    | 'golang-migrate'
    | 'sqlx'
    | 'sql';
  /**
   * The format of the report. Default: that of the committed report, `full` for a new one.
   */
  format?: 'full' | 'backstage';
  /**
   * Whether a report in the format `full` ends with a Mermaid diagram of its tables. Default: whether the committed report does, false for a new one.
   */
  diagram?: boolean;
  /**
   * The command that the report names as the one that makes it. Default: the one that it names already.
   */
  command?: string;
  /**
   * Roles that the migrations grant to: made before they run.
   */
  roles?: string[];
  /**
   * An SQL file, relative to the config, that is run before the migrations: extensions, roles, schemas.
   */
  setup?: string;
  /**
   * Whether the down migrations are tried. Default: true.
   */
  down?: boolean;
  /**
   * Whether the report names the versions of extensions. Default: false.
   */
  extensionVersions?: boolean;
  /**
   * The classes of change that fail a check; others are shown and pass. Default: all.
   */
  failOn?: ('breaking' | 'additive' | 'behaviour' | 'order' | 'privileges' | 'comments' | 'physical')[];
  /**
   * The classes of change that do not fail a check; they are still shown. Default: none.
   */
  ignoreClasses?: (
    'breaking' | 'additive' | 'behaviour' | 'order' | 'privileges' | 'comments' | 'physical'
  )[];
  /**
   * The live database of `check --live`. `${NAME}` stands for an environment variable, which keeps passwords out of the file. Default: DRIFTMARK_URL, else the `PG*` variables.
   */
  url?: string;
  /**
   * Differences of live databases that are known and accepted. Rules of a target come on top of those at the top level.
   */
  ignore?: IgnoreRule[];
  /**
   * Named sets of what a hosted database or a tool adds, which is then no difference. `migration-tools` and `partitions` always hold. Those of a target come on top of those at the top level.
   */
  presets?: (
    | 'migration-tools'
    | 'partitions'
    | 'maintenance'
    | 'rds'
    | 'cloud-sql'
    | 'azure'
    | 'supabase'
    | 'neon'
    | 'timescale'
  )[];
  /**
   * Whether a live database may lack the newest migrations. Default: false.
   */
  allowPending?: boolean;
}
