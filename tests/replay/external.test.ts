import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attribute } from '#src/replay/attribute.js';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { externalObjects } from '#src/schema/external-objects.js';
import { ALL_KINDS } from '#src/schema/kinds.js';
import { identityOf, type Schema } from '#src/schema/model.js';
import { undoChanges } from '#src/schema/undo-changes.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { replay, type TestMigration } from '../support/replay.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());

const supabase = (...migrations: readonly (string | TestMigration)[]) =>
  replay(
    test.server,
    migrations.map((each) => (typeof each === 'string' ? { up: each } : each)),
    { platform: 'supabase', roles: ['reporting'] },
  );

/** The external objects, each as its kind and its identity. */
const namesIn = (schema: Schema): readonly string[] => {
  const objects = externalObjects(schema);
  return ALL_KINDS.flatMap((kind) =>
    objects[kind].map((object) => [kind, ...identityOf(kind, object)].join(' ')),
  );
};

const FUNCTION = 'create function created() returns trigger language plpgsql as $$ begin return new; end $$;';

describe('objects in schemas that the report does not cover', () => {
  it('are in the report if a migration created them on a table of the platform', async () => {
    const { schema } = await supabase(
      `${FUNCTION}
       create trigger on_created after insert on auth.users for each row execute function created();
       create policy pictures on storage.objects using (bucket_id = 'pictures');
       create index objects_owner_idx on storage.objects (owner);
       create table notes (id int primary key);
       alter table storage.objects add column note int references notes, add constraint named check (name <> '');
       create rule keep as on delete to vault.secrets do instead nothing;
       create statistics names on name, owner from storage.objects;`,
    );
    expect(namesIn(schema)).toEqual([
      'column storage objects note',
      'index storage objects objects_owner_idx',
      'foreignKey storage objects objects_note_fkey',
      'check storage objects named',
      'trigger auth users on_created',
      'policy storage objects pictures',
      'rule vault secrets keep',
    ]);
    // Its own schema is covered.
    expect(schema.objects.statistics.map(({ of }) => of)).toEqual([{ schema: 'storage', name: 'objects' }]);
    expect(schema.namespaces).toEqual(['public']);
  });

  it('are what the migrations changed of a table of the platform, and nothing else of it', async () => {
    const { schema } = await supabase(
      `grant select on auth.users to reporting;
       grant select (email), update (phone) on auth.users to reporting;
       comment on table auth.users is 'People';
       comment on column auth.users.aud is 'Audience';
       alter table auth.audit_log_entries enable row level security;
       alter table auth.users replica identity full;`,
    );
    expect(schema.objects.externalTable).toEqual([
      { schema: 'auth', name: 'audit_log_entries', rowSecurity: 'enabled' },
      {
        schema: 'auth',
        name: 'users',
        comment: 'People',
        replicaIdentity: 'full',
        grants: [{ to: 'reporting', privileges: ['select'] }],
      },
    ]);
    expect(schema.objects.column).toEqual([
      { schema: 'auth', relation: 'users', name: 'aud', comment: 'Audience' },
      {
        schema: 'auth',
        relation: 'users',
        name: 'email',
        grants: [{ to: 'reporting', privileges: ['select'] }],
      },
      {
        schema: 'auth',
        relation: 'users',
        name: 'phone',
        grants: [{ to: 'reporting', privileges: ['update'] }],
      },
    ]);
  });

  it('are not those that the platform created, nor what a migration drops again', async () => {
    const { schema } = await supabase(
      'create policy pictures on storage.objects using (true); grant select on auth.users to reporting;',
      'drop policy pictures on storage.objects; revoke select on auth.users from reporting;',
      `update auth.users set aud = 'a'; grant all on storage.objects to anon;`,
    );
    expect(namesIn(schema)).toEqual([]);
  });

  it('include tables, functions and types that a migration created in a schema of the platform', async () => {
    const { schema } = await supabase(
      `create type auth.mood as enum ('calm');
       create table auth.devices (id int primary key, mood auth.mood);
       create or replace function auth.role() returns text language sql stable as $$ select 'none' $$;`,
    );
    expect(namesIn(schema)).toEqual([
      'enum auth mood',
      'table auth devices',
      'column auth devices id',
      'column auth devices mood',
      'index auth devices devices_pkey',
      'function auth role ',
    ]);
  });

  it('have names in expressions qualified', async () => {
    const { schema } = await supabase(
      `create function is_mine(name text) returns boolean language sql as 'select true';
       create policy mine on storage.objects using (is_mine(name));
       create policy mine on realtime.messages using (is_mine(topic));`,
    );
    expect(schema.objects.policy.map(({ using }) => using)).toEqual([
      'public.is_mine(topic)',
      'public.is_mine(name)',
    ]);
  });

  it('are tried down, and attributed to the migration that created them', async () => {
    const { schema, snapshots, failed } = await supabase(
      { up: 'create table t (a int);', down: 'drop table t;' },
      {
        up: 'create policy pictures on storage.objects using (true);',
        down: 'select 1;',
      },
      {
        up: `${FUNCTION} create trigger on_created after insert on auth.users for each row execute function created();`,
        down: 'drop trigger on_created on auth.users; drop function created();',
      },
    );
    expect(failed).toEqual(['002']);
    const changes = compare({ from: snapshots[1] ?? schema, to: schema });
    expect(
      attribute(changes, snapshots, [{ name: '1' }, { name: '2' }, { name: '3' }]).map(
        ({ change, migration }) => `${change.type} ${change.kind} by ${migration ?? '?'}`,
      ),
    ).toEqual(['added trigger by 3', 'added policy by 2', 'added function by 3']);
  });

  it('stand in the report, and are read back from it', async () => {
    const { schema } = await supabase(
      `${FUNCTION}
       create trigger on_created after insert on auth.users for each row execute function created();
       comment on trigger on_created on auth.users is 'Profiles';
       grant select on auth.users to reporting;
       create policy pictures on storage.objects using (bucket_id = 'pictures');
       create table auth.devices (id int primary key);`,
    );
    const text = render({ format: 'full', name: 'a', command: 'b', irreversible: [], schema, diagram: true });
    expect(parse(text).schema).toEqual(schema);
    expect(text.slice(text.indexOf('## Table'))).toMatchInlineSnapshot(`
      "## Table \`auth.devices\`

      | Column | Type      | Nullable | Max Length | Default |
      | ------ | --------- | -------- | ---------- | ------- |
      | \`id\`   | \`integer\` | false    | -          | -       |

      ### Indices

      - \`devices_pkey\` (\`id\`) unique primary

      ## Additions to \`auth.users\`

      ### Triggers

      - \`on_created\` after insert for each row execute \`created\`

      ### Privileges

      - grant select to \`reporting\`

      ### Comments

      - trigger \`on_created\`: \`Profiles\`

      ## Additions to \`storage.objects\`

      ### Policies

      - \`pictures\` using \`(bucket_id = 'pictures'::text)\`

      ## Function \`created\` ()

      - returns \`trigger\`
      - language \`plpgsql\`
      - grant execute to \`anon\`
      - grant execute to \`authenticated\`
      - grant execute to \`service_role\`

      \`\`\`sql
      $$ begin return new; end $$
      \`\`\`

      ## Diagram

      \`\`\`mermaid
      erDiagram
        direction LR
        "auth.devices" {
          integer id PK
        }
      \`\`\`
      "
    `);
  });

  it('can be undone like all other changes', async () => {
    const [{ schema: from }, { schema: to }] = [
      await supabase('create table t (a int);'),
      await supabase(
        'create table t (a int); grant select on auth.users to reporting; create policy p on storage.objects using (true);',
      ),
    ];
    for (const schemas of [
      { from, to },
      { from: to, to: from },
    ])
      expect(undoChanges(compare(schemas), schemas)).toEqual(schemas.from);
  });
});
