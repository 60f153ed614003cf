/**
 * What a migration may do to objects of the platform: its statement, the statement that undoes it, and the line of a live
 * check for it.
 */
export const EXTERNAL_CHANGES: readonly (readonly [does: string, undo: string, line: RegExp])[] = [
  [
    'DROP POLICY platform ON storage.buckets',
    'CREATE POLICY platform ON storage.buckets',
    /~ policy platform on storage\.buckets +not dropped/,
  ],
  [
    'ALTER TABLE auth.users DROP COLUMN banned_until',
    'ALTER TABLE auth.users ADD banned_until timestamptz',
    /~ column banned_until on auth\.users +not dropped/,
  ],
  [
    'DROP FUNCTION auth.email()',
    `CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql RETURN ''`,
    /~ function auth\.email +not dropped/,
  ],
  [
    'DROP EXTENSION pgcrypto',
    'CREATE EXTENSION pgcrypto SCHEMA extensions',
    /~ extension extensions\.pgcrypto +not dropped/,
  ],
  [
    'REVOKE INSERT ON storage.buckets FROM anon',
    'GRANT INSERT ON storage.buckets TO anon',
    /~ revokes +granted INSERT to anon/,
  ],
  [
    'REVOKE ALL ON storage.objects FROM anon',
    'GRANT SELECT ON storage.objects TO anon',
    /~ revokes +granted ALL to anon/,
  ],
  [
    'REVOKE EXECUTE ON FUNCTION auth.jwt() FROM PUBLIC',
    'GRANT EXECUTE ON FUNCTION auth.jwt() TO PUBLIC',
    /~ function auth\.jwt +granted EXECUTE to public/,
  ],
  [
    'REVOKE USAGE ON SCHEMA auth FROM anon',
    'GRANT USAGE ON SCHEMA auth TO anon',
    /~ schema auth +granted USAGE to anon/,
  ],
  [
    'GRANT USAGE ON SCHEMA vault TO reporting',
    'REVOKE USAGE ON SCHEMA vault FROM reporting',
    /~ schema vault +revoked USAGE from reporting/,
  ],
  [
    'ALTER DEFAULT PRIVILEGES IN SCHEMA storage GRANT SELECT ON TABLES TO reporting',
    'ALTER DEFAULT PRIVILEGES IN SCHEMA storage REVOKE SELECT ON TABLES FROM reporting',
    /- default privileges on tables in storage/,
  ],
  [
    'ALTER FUNCTION auth.role() OWNER TO reporting',
    'ALTER FUNCTION auth.role() OWNER TO CURRENT_USER',
    /~ function auth\.role +owner removed: reporting/,
  ],
  [
    'ALTER TABLE storage.buckets DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY',
    /~ row security +disabled → enabled/,
  ],
  [
    `COMMENT ON FUNCTION auth.uid() IS 'Who'`,
    'COMMENT ON FUNCTION auth.uid() IS NULL',
    /~ function auth\.uid +comment removed: Who/,
  ],
  [
    'CREATE FUNCTION auth.extra() RETURNS int LANGUAGE sql RETURN 1',
    'DROP FUNCTION auth.extra()',
    /- function auth\.extra\(\)/,
  ],
  ['ALTER TABLE auth.instances ADD note text', 'ALTER TABLE auth.instances DROP note', /- column note +text/],
  [
    'ALTER TABLE auth.instances ADD CONSTRAINT named CHECK (id IS NOT NULL)',
    'ALTER TABLE auth.instances DROP CONSTRAINT named',
    /- check named/,
  ],
  [
    'ALTER TABLE auth.identities ADD CONSTRAINT person FOREIGN KEY (user_id) REFERENCES auth.users',
    'ALTER TABLE auth.identities DROP CONSTRAINT person',
    /- foreign key person/,
  ],
  [
    'CREATE RULE keep AS ON DELETE TO vault.secrets DO INSTEAD NOTHING',
    'DROP RULE keep ON vault.secrets',
    /- rule keep/,
  ],
  [
    'ALTER TABLE auth.audit_log_entries ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE auth.audit_log_entries DISABLE ROW LEVEL SECURITY',
    /~ row security +no longer enabled/,
  ],
  ['CREATE EXTENSION citext SCHEMA extensions', 'DROP EXTENSION citext', /- extension citext/],
  [
    'ALTER PUBLICATION supabase_realtime ADD TABLE profile_names',
    'ALTER PUBLICATION supabase_realtime DROP TABLE profile_names',
    /publication supabase_realtime/,
  ],
];
