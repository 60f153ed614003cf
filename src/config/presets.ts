import { HISTORY_TABLE_GLOBS } from '../migrations/history-tables.js';
import { SUPABASE_EXTENSIONS } from '../migrations/supabase-extensions.js';
import type { Kind } from '../schema/kinds.js';

/** What one sort of surroundings adds to a database that no migration of the project makes. */
export interface Preset {
  readonly description: string;
  /** Objects that may be there in addition; what a report has is always compared. */
  readonly additions: readonly Addition[];
  /** Roles whose privileges may be there in addition. */
  readonly roles?: readonly string[];
}

export interface Addition {
  readonly kinds: readonly Kind[];
  /** Globs, with the table's name in front for what stands in a table; absent: any. */
  readonly names?: readonly string[];
  /** Only tables that are partitions of a table that the report has. */
  readonly partitionsOnly?: true;
}

const extensions = (...names: string[]): Addition => ({ kinds: ['extension'], names });
const eventTriggers = (...names: string[]): Addition => ({ kinds: ['eventTrigger'], names });
const routines = (...names: string[]): Addition => ({ kinds: ['function', 'procedure'], names });

/**
 * The presets by name. docs/replicas.md lists them. Each takes only additions: an object that the report has and the
 * database lacks is always a difference.
 */
export const PRESETS = {
  'migration-tools': {
    description: 'the history tables of migration tools',
    additions: [
      {
        kinds: ['table', 'sequence'],
        names: HISTORY_TABLE_GLOBS,
      },
    ],
  },
  partitions: {
    description: 'partitions that pg_partman or a scheduled job adds to tables in the report',
    additions: [{ kinds: ['table', 'foreignTable'], partitionsOnly: true }],
  },
  maintenance: {
    description: 'extensions that administrators install to monitor and maintain a database',
    additions: [
      extensions(
        'pg_stat_statements',
        'pg_stat_kcache',
        'pg_wait_sampling',
        'pg_qualstats',
        'pg_buffercache',
        'pg_prewarm',
        'pg_repack',
        'pg_squeeze',
        'pg_partman',
        'pg_cron',
        'pgstattuple',
        'pageinspect',
        'amcheck',
        'hypopg',
        'pgaudit',
      ),
    ],
  },
  rds: {
    description: 'Amazon RDS and Aurora, and their Database Migration Service',
    additions: [
      extensions('pg_stat_statements', 'aws_*', 'rds_*', 'apg_plan_mgmt', 'pg_hint_plan', 'pgaudit'),
      { kinds: ['table', 'sequence'], names: ['awsdms_*'] },
      routines('awsdms_*'),
      eventTriggers('awsdms_*', 'rds_*'),
    ],
    roles: ['rdsadmin', 'rds_superuser', 'rdsrepladmin', 'rds_replication'],
  },
  'cloud-sql': {
    description: 'Google Cloud SQL and AlloyDB',
    additions: [extensions('pg_stat_statements', 'google_*', 'alloydb_*', 'hypopg')],
    roles: ['cloudsqladmin', 'cloudsqlsuperuser', 'cloudsqlagent', 'alloydbadmin', 'alloydbsuperuser'],
  },
  azure: {
    description: 'Azure Database for PostgreSQL',
    additions: [
      extensions('pg_stat_statements', 'azure*', 'pgaadauth', 'pg_qs', 'pg_cron', 'pg_availability'),
    ],
    roles: ['azuresu', 'azure_pg_admin', 'azure_superuser'],
  },
  supabase: {
    description: 'Supabase',
    additions: [
      extensions(...SUPABASE_EXTENSIONS, 'pg_stat_statements', 'pgcrypto', 'uuid-ossp'),
      eventTriggers('issue_*', 'pgrst_*'),
      { kinds: ['publication'], names: ['supabase_realtime*'] },
      { kinds: ['defaultPrivileges'] },
    ],
    roles: [
      'anon',
      'authenticated',
      'authenticator',
      'dashboard_user',
      'service_role',
      'postgres',
      'supabase_admin',
      'supabase_auth_admin',
      'supabase_storage_admin',
    ],
  },
  neon: {
    description: 'Neon',
    additions: [extensions('neon', 'neon_*', 'pg_stat_statements'), { kinds: ['defaultPrivileges'] }],
    roles: ['neon_superuser', 'cloud_admin', 'neon_service'],
  },
  timescale: {
    description: 'TimescaleDB, and the triggers and indexes that it adds to hypertables',
    additions: [
      extensions('timescaledb*', 'pg_stat_statements'),
      { kinds: ['trigger'], names: ['*.ts_insert_blocker', '*.ts_cagg_invalidation_trigger'] },
      { kinds: ['index'], names: ['*.*_time_idx', '*.*_ts_idx'] },
    ],
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly PresetName[];

/** Those that always hold: no database of a project's own is without them. */
export const DEFAULT_PRESETS: readonly PresetName[] = ['migration-tools', 'partitions'];
