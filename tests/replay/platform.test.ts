import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
      `-- Requests\ncreate extension if not exists "pg_net" with schema extensions;`,
      'create table t (a int);',
    );
    expect(schema.objects.table.map(({ name }) => name)).toEqual(['t']);
    expect(notices).toEqual([
      'The scratch server does not have the extension pg_net of the platform; it was not created.',
    ]);
  });

  it('is an error if the platform does not have it either', async () => {
    await expect(supabase('create extension nothing;')).rejects.toThrow(
      'extension "nothing" is not available',
    );
  });
});
