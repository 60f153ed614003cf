/**
 * Extensions of Supabase that the bundled server does not have. The types of other extensions, such as `vector`, are used in
 * tables: migrations cannot go on without them, so these are not in the list.
 * Source: Supabase docs, "Postgres Extensions Overview".
 */
export const SUPABASE_EXTENSIONS: readonly string[] = [
  'http',
  'hypopg',
  'index_advisor',
  'pg_cron',
  'pg_graphql',
  'pg_jsonschema',
  'pg_net',
  'pg_repack',
  'pg_stat_monitor',
  'pgaudit',
  'pgjwt',
  'pgmq',
  'pgsodium',
  'pgtap',
  'plpgsql_check',
  'supabase_vault',
  'wrappers',
];
