import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { replay } from '../support/replay.js';
import { startServer, type TestServer } from '../support/own-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

const supabase = (...up: readonly string[]) =>
  replay(
    test.server,
    up.map((each) => ({ up: each })),
    { platform: 'supabase' },
  );

describe('the platform supabase', () => {
  it('provides what migrations refer to: roles, auth, storage, realtime, vault and the publication', async () => {
    const { schema } = await supabase(
      `create table profiles (id uuid primary key references auth.users (id) on delete cascade default auth.uid());
       alter table profiles enable row level security;
       create policy own on profiles to authenticated using (auth.uid() = id and auth.role() = 'authenticated');
       create function created() returns trigger language plpgsql as $$ begin return new; end $$;
       create trigger on_auth_user_created after insert on auth.users execute function created();
       create policy pictures on storage.objects using (bucket_id = 'pictures' and (storage.foldername(name))[1] = 'a');
       insert into storage.buckets (id, name) values ('pictures', 'pictures');
       create policy topics on realtime.messages using (realtime.topic() = 'x');
       alter publication supabase_realtime add table profiles;
       select vault.create_secret('a', 'b');
       select uuid_generate_v4(), gen_salt('bf');`,
    );
    expect(schema.namespaces).toEqual(['public']);
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['profiles']);
    expect(schema.objects.foreignKey.map(({ references }) => references)).toEqual([
      expect.objectContaining({ schema: 'auth', table: 'users' }),
    ]);
    expect(schema.objects.publication.map(({ name }) => name)).toEqual(['supabase_realtime']);
  });

  it('leaves its own objects out of the schema', async () => {
    const { schema } = await supabase('create extension if not exists pgcrypto with schema extensions;');
    expect(schema.objects.extension).toEqual([]);
    expect(schema.objects.publication).toEqual([]);
    expect(schema.objects.defaultPrivileges).toEqual([]);
    expect(schema.objects.table).toEqual([]);
  });

  it('grants new tables to its API roles, as its default privileges do', async () => {
    const { schema } = await supabase('create table t (a int);');
    expect(schema.objects.table[0]?.grants?.map(({ to }) => to)).toEqual([
      'anon',
      'authenticated',
      'service_role',
    ]);
  });

  it('can be set up again on the same server', async () => {
    const { schema } = await supabase('create table u (a int);');
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['u']);
  });
});

describe('an extension that only the platform has', () => {
  it('does not stop the migrations, and is named in a notice', async () => {
    const { schema, notices } = await supabase(
      `-- Requests\ncreate extension if not exists "pgjwt" with schema extensions;`,
      'create table t (a int);',
    );
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['t']);
    expect(notices).toEqual([
      'The scratch server does not have the extension pgjwt of the platform; it was not created.',
    ]);
  });

  it('has functions that stand in for it if migrations often call them', async () => {
    const { schema, notices } = await replay(
      test.server,
      [
        { up: `select cron.schedule('nightly', '0 3 * * *', 'select 1');` },
        {
          up: `create extension if not exists pg_cron with schema pg_catalog;
            create extension pg_net;
            select cron.unschedule('nightly'), cron.schedule('* * * * *', $$ select net.http_post(url := 'a') $$);
            select net.http_post(url := 'https://example.com', body := '{}'::jsonb);
            create table t (job bigint default cron.schedule('a', 'b', 'c'));`,
        },
      ],
      { platform: 'supabase', setup: 'create extension pg_cron;' },
    );
    expect(schema.namespaces).toEqual(['public']);
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['t']);
    expect(schema.objects.externalObject).toEqual([]);
    expect(new Set(notices)).toEqual(
      new Set(
        ['pg_cron', 'pg_net'].map(
          (name) =>
            `The scratch server does not have the extension ${name} of the platform; functions that do nothing replace it.`,
        ),
      ),
    );
  });

  it('is an error if the platform does not have it either', async () => {
    await expect(supabase('create extension nothing;')).rejects.toThrow(
      'extension "nothing" is not available',
    );
  });
});

const supabaseWithRole = (up: string) =>
  replay(test.server, [{ up }], { platform: 'supabase', roles: ['reporting'] });

describe('drops, revocations and other changes of what the migrations did not create', () => {
  it('are in the report', async () => {
    const platform = `
      create schema svc;
      create table svc.t (id int primary key, a int, b int, constraint positive check (a > 0));
      create index t_b on svc.t (b);
      create function svc.f(n int) returns int language sql as 'select n';
      create trigger touch before update on svc.t for each row execute function suppress_redundant_updates_trigger();
      create policy all_rows on svc.t;
      alter table svc.t enable row level security, replica identity full;
      create table svc.gone (id serial primary key, a int);
      create sequence svc.numbers;
      grant select, insert on svc.t to reporting;
      grant all on svc.gone, svc.t to authenticated;
      grant all on schema svc to anon;
      grant usage on schema svc to reporting;
      grant all on sequence svc.numbers to reporting;
      alter default privileges in schema svc grant select on tables to reporting;
      create extension citext with schema svc;`;
    const { schema } = await replay(
      test.server,
      [
        {
          up: `drop trigger touch on svc.t;
            drop policy all_rows on svc.t;
            drop index svc.t_b;
            alter table svc.t drop column b, drop constraint positive, disable row level security, replica identity default;
            drop function svc.f(int);
            drop table svc.gone;
            drop extension citext;
            revoke insert on svc.t from reporting;
            revoke update on svc.t from authenticated;
            revoke create on schema svc from anon;
            revoke all on schema svc from reporting;
            revoke usage on sequence svc.numbers from reporting;
            alter default privileges in schema svc revoke select on tables from reporting;
            alter default privileges in schema svc grant execute on functions to reporting;`,
        },
      ],
      { platform: 'supabase', roles: ['reporting'], schemas: ['public'], setup: platform },
    );
    const text = render({ format: 'full', name: 'a', command: 'b', irreversible: [], schema });
    expect(parse(text).schema).toEqual(schema);
    expect(text.slice(text.indexOf('## Default'))).toMatchInlineSnapshot(`
      "## Default privileges

      - functions in \`svc\` of the owner
        - grant execute to \`reporting\`
      - tables in \`svc\` of the owner
        - revoke select from \`reporting\`

      ## Additions to \`svc.t\`

      ### Options

      - replica identity default
      - row security disabled

      ### Privileges

      - revoke update from \`authenticated\`
      - revoke insert from \`reporting\`

      ## Changes in other schemas

      - check on \`svc.t\`: \`positive\` dropped
      - column on \`svc.t\`: \`b\` dropped
      - extension \`svc.citext\` dropped
      - function \`svc.f\` (\`integer\`) dropped
      - index on \`svc.t\`: \`t_b\` dropped
      - policy on \`svc.t\`: \`all_rows\` dropped
      - schema \`svc\`
        - revoke create from \`anon\`
        - revoke usage from \`reporting\`
      - sequence \`svc.numbers\`
        - revoke usage from \`reporting\`
      - table \`svc.gone\` dropped
      - trigger on \`svc.t\`: \`touch\` dropped
      "
    `);
  });

  it('are the privileges, the owner and the comment of an object, without its definition', async () => {
    const { schema } = await supabaseWithRole(
      `grant usage on schema vault to reporting;
       revoke usage on schema auth from anon;
       grant execute on function auth.uid() to reporting;
       comment on function auth.role() is 'The role of the request';
       alter function auth.email() owner to reporting;
       alter table auth.instances owner to reporting;
       alter table auth.sessions set (fillfactor = 70);
       revoke select on storage.buckets from anon;`,
    );
    expect(schema.objects.function).toEqual([]);
    const text = render({ format: 'full', name: 'a', command: 'b', irreversible: [], schema });
    expect(parse(text).schema).toEqual(schema);
    expect(text.slice(text.indexOf('## Additions'))).toMatchInlineSnapshot(`
      "## Additions to \`auth.instances\`

      ### Options

      - owner \`reporting\`

      ## Additions to \`auth.sessions\`

      ### Options

      - storage parameters \`fillfactor=70\`

      ## Additions to \`storage.buckets\`

      ### Privileges

      - revoke select from \`anon\`

      ## Changes in other schemas

      - function \`auth.email\` ()
        - owner \`reporting\`
      - function \`auth.role\` ()
        - comment \`The role of the request\`
      - function \`auth.uid\` ()
        - grant execute to \`reporting\`
      - schema \`auth\`
        - revoke usage from \`anon\`
      - schema \`vault\`
        - grant usage to \`reporting\`
      "
    `);
  });
});
