/** Extensions that hardly any server but Supabase's has: no package of PostgreSQL's or Debian's repositories contains them. */
export const ONLY_ON_SUPABASE: readonly string[] = [
  'http',
  'index_advisor',
  'pg_graphql',
  'pg_jsonschema',
  'pg_net',
  'pgjwt',
  'pgmq',
  'pgsodium',
  'supabase_vault',
  'wrappers',
];

/**
 * Extensions of Supabase that the bundled server does not have. The types of other extensions, such as `vector`, are used in
 * tables: migrations cannot go on without them, so these are not in the list.
 * Source: Supabase docs, "Postgres Extensions Overview".
 */
export const SUPABASE_EXTENSIONS: readonly string[] = [
  ...ONLY_ON_SUPABASE,
  'hypopg',
  'pg_cron',
  'pg_repack',
  'pg_stat_monitor',
  'pgaudit',
  'pgtap',
  'plpgsql_check',
];

/**
 * What migrations call of these extensions, by extension. The functions record jobs and send nothing.
 * Sources: the documentation of pg_cron ("What is pg_cron?") and of pg_net ("API").
 */
export const SUPABASE_STAND_INS: Readonly<Partial<Record<string, string>>> = {
  pg_cron: `
CREATE SCHEMA IF NOT EXISTS cron;
CREATE TABLE cron.job (
  jobid bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schedule text NOT NULL,
  command text NOT NULL,
  nodename text NOT NULL DEFAULT 'localhost',
  nodeport integer NOT NULL DEFAULT 5432,
  database text NOT NULL DEFAULT current_database(),
  username text NOT NULL DEFAULT current_user,
  active boolean NOT NULL DEFAULT true,
  jobname text
);
CREATE FUNCTION cron.schedule(job_name text, schedule text, command text) RETURNS bigint LANGUAGE sql AS $$
  INSERT INTO cron.job (jobname, schedule, command) VALUES (job_name, schedule, command) RETURNING jobid
$$;
CREATE FUNCTION cron.schedule(schedule text, command text) RETURNS bigint LANGUAGE sql AS $$
  INSERT INTO cron.job (schedule, command) VALUES (schedule, command) RETURNING jobid
$$;
CREATE FUNCTION cron.unschedule(job_name text) RETURNS boolean LANGUAGE sql AS $$
  DELETE FROM cron.job WHERE jobname = job_name; SELECT true
$$;
CREATE FUNCTION cron.unschedule(job_id bigint) RETURNS boolean LANGUAGE sql AS $$
  DELETE FROM cron.job WHERE jobid = job_id; SELECT true
$$;`,
  pg_net: `
CREATE SCHEMA IF NOT EXISTS net;
CREATE FUNCTION net.http_get(url text, params jsonb DEFAULT '{}', headers jsonb DEFAULT '{}',
  timeout_milliseconds integer DEFAULT 5000) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION net.http_post(url text, body jsonb DEFAULT '{}', params jsonb DEFAULT '{}',
  headers jsonb DEFAULT '{}', timeout_milliseconds integer DEFAULT 5000) RETURNS bigint
  LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION net.http_delete(url text, params jsonb DEFAULT '{}', headers jsonb DEFAULT '{}',
  timeout_milliseconds integer DEFAULT 5000) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';`,
};
