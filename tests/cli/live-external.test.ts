import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUPABASE } from '#src/replay/platforms/supabase.js';
import { driftmarkHere } from '../support/in-process.js';
import { liveDatabase, type LiveDatabase } from '../support/live-project.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { EXTERNAL_CHANGES } from './external-changes.js';

/** A project for Supabase: a trigger on auth.users, a bucket, policies on storage.objects, privileges. */
const PROJECT = 'fixtures/supabase';
const MIGRATIONS = path.join(PROJECT, 'supabase/migrations');

let test: TestServer;
let project: string;
let env: NodeJS.ProcessEnv;
/** The SQL of the migrations. */
let migrations: readonly string[];
beforeAll(async () => {
  test = await startServer();
  const database = await liveDatabase(
    test.server,
    [...SUPABASE.roles, ['reporting', 'NOLOGIN']]
      .map(([role, options]) => `CREATE ROLE "${role}" ${options};`)
      .join('\n'),
  );
  env = { DRIFTMARK_SCRATCH_URL: database.url() };
  const files = (await readdir(MIGRATIONS)).sort();
  migrations = await Promise.all(files.map((file) => readFile(path.join(MIGRATIONS, file), 'utf8')));
  project = await mkdtemp(path.join(tmpdir(), 'dm-supabase-'));
  await cp(PROJECT, project, { recursive: true });
  const { code, stdout } = await driftmarkHere(['update'], { cwd: project, env });
  if (code !== 0) throw new Error(stdout);
});
afterAll(async () => {
  await test.stop();
  await rm(project, { recursive: true });
});

/** A database of a hosted project: what the platform provides, then the migrations, then further changes. */
async function hosted(changes = ''): Promise<LiveDatabase> {
  const database = await liveDatabase(test.server, SUPABASE.setup);
  await database.sql(migrations.join('\n'));
  // The platform has more than a scratch database has, and its objects have owners of their own.
  await database.sql(`
    CREATE TABLE auth.flow_state (id uuid PRIMARY KEY);
    CREATE FUNCTION storage.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
    CREATE TRIGGER touch BEFORE UPDATE ON storage.objects FOR EACH ROW EXECUTE FUNCTION storage.touch();
    ALTER TABLE auth.users OWNER TO supabase_auth_admin;
    ALTER TABLE storage.objects OWNER TO supabase_storage_admin;
    CREATE SCHEMA supabase_migrations;
    CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);
    INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101090000'), ('20260102090000'), ('20260103090000');
    ${changes}`);
  return database;
}

const check = (database: LiveDatabase) =>
  driftmarkHere(['check', '--url', database.url()], { cwd: project, env });
const diff = (database: LiveDatabase) =>
  driftmarkHere(['diff', 'report.sql.md', database.url()], { cwd: project, env });

describe('a project for Supabase', () => {
  it('has what it creates on tables of the platform in its report', async () => {
    const report = await readFile(path.join(project, 'report.sql.md'), 'utf8');
    expect(await driftmarkHere(['check'], { cwd: project, env })).toMatchObject({ code: 0 });
    expect(report.slice(report.indexOf('## Additions to'))).toMatchInlineSnapshot(`
      "## Additions to \`auth.audit_log_entries\`

      ### Privileges

      - grant select to \`reporting\`

      ## Additions to \`auth.users\`

      ### Triggers

      - \`on_auth_user_created\` after insert for each row execute \`handle_new_user\`

      ### Privileges

      - grant select on column \`created_at\` to \`reporting\`
      - grant select on column \`id\` to \`reporting\`

      ### Comments

      - column \`raw_user_meta_data\`: \`name: what people call themselves\`

      ## Additions to \`storage.objects\`

      ### Indices

      - \`objects_owner_idx\` (\`owner\`)

      ### Policies

      - \`"People upload to their folder"\` for insert to \`authenticated\` with check \`((bucket_id = 'pictures'::text) AND public.owns_folder(name))\`
      - \`"Pictures are public"\` for select using \`(bucket_id = 'pictures'::text)\`

      ## Function \`handle_new_user\` ()

      - returns \`trigger\`
      - language \`plpgsql\`
      - security definer
      - set \`search_path=""\`
      - grant execute to \`anon\`
      - grant execute to \`authenticated\`
      - grant execute to \`service_role\`

      \`\`\`sql
      $$
      begin
        insert into public.profiles (id, name) values (new.id, coalesce(new.raw_user_meta_data ->> 'name', ''));
        return new;
      end;
      $$
      \`\`\`

      ## Function \`owns_folder\` (\`text\`)

      - arguments \`name text\`
      - returns \`boolean\`
      - language \`sql\`
      - stable
      - grant execute to \`anon\`
      - grant execute to \`authenticated\`
      - grant execute to \`service_role\`

      \`\`\`sql
      $$
        select (storage.foldername(name))[1] = auth.uid()::text
      $$
      \`\`\`

      ## Publication \`supabase_realtime\`

      - table \`profiles\`
      "
    `);
  });

  it('is in sync with a database that its migrations made, whatever else the platform has there', async () => {
    const database = await hosted();
    expect(await check(database)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ /) as string,
      // It has more schemas, but they are the platform's.
      stderr: '',
    });
  });

  it.each([
    ['the trigger', 'DROP TRIGGER on_auth_user_created ON auth.users', /- trigger on_auth_user_created/],
    ['a policy', 'DROP POLICY "Pictures are public" ON storage.objects', /- policy Pictures are public/],
    [
      'a policy that is the same',
      'ALTER POLICY "Pictures are public" ON storage.objects USING (true)',
      /~ policy Pictures are public .*bucket_id = 'pictures'::text.* → true/,
    ],
    ['an index', 'DROP INDEX storage.objects_owner_idx', /- index objects_owner_idx/],
    [
      'a privilege',
      'REVOKE SELECT ON auth.audit_log_entries FROM reporting',
      /table auth\.audit_log_entries\n\s+~ grants +revoked SELECT from reporting/,
    ],
    [
      'a privilege on a column',
      'REVOKE SELECT (id) ON auth.users FROM reporting',
      /table auth\.users\n\s+- column id/,
    ],
  ])('is drift if the database lacks %s', async (_what, change, line) => {
    const database = await hosted(change);
    const live = await check(database);
    expect(live.code).toBe(2);
    expect(live.stdout).toMatch(line);
    expect(live.stdout).toMatch(/1 change \(out of band\)/);
    expect(await diff(database)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(line) as string,
    });
  });

  it.each([
    [
      'an event of the trigger is switched off',
      'ALTER TABLE auth.users DISABLE TRIGGER on_auth_user_created',
      /~ trigger on_auth_user_created +disabled added/,
    ],
    [
      'a policy is for another role',
      'ALTER POLICY "Pictures are public" ON storage.objects TO anon',
      /~ policy Pictures are public +.*anon/,
    ],
  ])('is drift if %s', async (_what, change, line) => {
    const live = await check(await hosted(change));
    expect(live).toMatchObject({ code: 2, stdout: expect.stringMatching(line) as string });
  });

  it('is drift if the database lacks what a migration dropped, revoked and altered, and only then', async () => {
    const further = [
      'CREATE TABLE profile_names (id bigint PRIMARY KEY)',
      ...EXTERNAL_CHANGES.map(([does]) => does),
    ].join(';\n');
    const setup = 'CREATE POLICY platform ON storage.buckets;';
    const copy = await mkdtemp(path.join(tmpdir(), 'dm-supabase-'));
    try {
      await cp(PROJECT, copy, { recursive: true });
      const name = '20260104090000_further.sql';
      await writeFile(path.join(copy, 'supabase/migrations', name), further);
      await writeFile(path.join(copy, 'setup.sql'), setup);
      await writeFile(
        path.join(copy, 'driftmark.config.json'),
        JSON.stringify({ platform: 'supabase', roles: ['reporting'], setup: 'setup.sql' }),
      );
      const run = (...args: readonly string[]) => driftmarkHere(args, { cwd: copy, env });
      expect(await run('update')).toMatchObject({ code: 0 });
      const database = await hosted(`${setup} ${further};
        INSERT INTO supabase_migrations.schema_migrations VALUES ('20260104090000');`);
      expect(await run('check', '--url', database.url())).toMatchObject({ code: 0 });
      await database.sql(EXTERNAL_CHANGES.map(([, undo]) => undo).join(';\n'));
      const { code, stdout } = await run('check', '--url', database.url());
      expect(code).toBe(2);
      for (const [, , line] of EXTERNAL_CHANGES) expect(stdout).toMatch(line);
    } finally {
      await rm(copy, { recursive: true });
    }
  });

  it('names the migration that a database still lacks', async () => {
    const database = await liveDatabase(test.server, SUPABASE.setup);
    await database.sql(migrations[0] ?? '');
    await database.sql(`CREATE SCHEMA supabase_migrations;
      CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY);
      INSERT INTO supabase_migrations.schema_migrations VALUES ('20260101090000');`);
    const { stdout } = await check(database);
    expect(stdout).toMatch(/Pending: deploy 20260102090000_pictures\.sql, 20260103090000_reporting\.sql/);
    expect(stdout).toMatch(/- policy Pictures are public .*20260102090000_pictures\.sql/);
    expect(stdout).not.toMatch(/out of band/i);
  });
});
