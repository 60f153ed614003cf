import { readFile } from 'node:fs/promises';
import { withGenerated } from '../support/generated-markdown.js';
import { expect, it } from 'vitest';
import { PRESETS, DEFAULT_PRESETS, type Preset } from '#src/config/presets.js';
import { KINDS } from '#src/schema/kinds.js';
import { liveCheck, NO_SCRATCH } from '../support/live-check.js';

const { check, databaseOf } = liveCheck();
const docs = await readFile('docs/replicas.md', 'utf8');

/** After a change of presets: `npx vitest run tests/docs/replicas.test.ts --update`, and read the difference. */
it('docs/replicas.md lists every preset', async () => {
  const list = Object.entries<Preset>(PRESETS)
    .map(([name, preset]) => `- \`${name}\`: ${preset.description} (${contentsOf(preset)})\n`)
    .join('');
  const written = await withGenerated(docs, /<!-- presets -->/, () => list);
  await expect(written).toMatchFileSnapshot('../../docs/replicas.md');
  expect(docs).toContain(DEFAULT_PRESETS.map((name) => `\`${name}\``).join(' and ') + ' are always active');
});

/** What a preset leaves out: `extension: a, b`. */
function contentsOf({ additions, roles }: Preset): string {
  const parts = additions.map(({ kinds, names, partitionsOnly }) => {
    const nouns = kinds.map((kind) => KINDS[kind].noun).join(', ');
    return partitionsOnly ? nouns : `${nouns}: ${names?.map((each) => `\`${each}\``).join(', ') ?? 'any'}`;
  });
  const granted = roles?.map((each) => `\`${each}\``).join(', ');
  return [...parts, ...(granted === undefined ? [] : [`privileges of ${granted}`])].join('; ');
}

const [, RECIPE = ''] = /<!-- role -->\s*```sql\n([^]*?)```/.exec(docs) ?? [];

interface Change {
  readonly kind: string;
  readonly identity: readonly string[];
  readonly fact?: string;
  readonly after?: unknown;
}

const nameOf = ({ kind, identity, fact = '' }: Change) => `${kind} ${identity.join('.')} ${fact}`.trim();

/** The SQL of the page, for a test database. */
const recipeFor = (name: string) => RECIPE.replace('shop', name);

it('the smallest role of docs/replicas.md finds a migrated database in sync, without any further option', async () => {
  const database = await databaseOf(3);
  await database.sql(recipeFor(database.name));
  const { code, stdout } = await check({ url: () => database.url('driftmark') }, ['--reporter', 'json'], {
    env: NO_SCRATCH,
  });
  const [target] = (JSON.parse(stdout) as { targets: { live: object }[] }).targets;
  expect({ code, ...target }).toMatchObject({
    code: 0,
    result: 'in-sync',
    live: { leftOut: [{ reason: 'reader: driftmark', count: 1 }] },
  });
  await database.sql('DROP OWNED BY driftmark; DROP ROLE driftmark');
});

it('the smallest role of docs/replicas.md sees the same schema as a superuser on a hardened database', async () => {
  const database = await databaseOf(
    3,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE VIEW open AS SELECT id FROM orders',
  );
  await database.sql(`REVOKE ALL ON DATABASE ${database.name} FROM PUBLIC`);
  await database.sql(recipeFor(database.name));
  const changesSeenBy = async (user?: string) => {
    const { code, stdout } = await check({ url: () => database.url(user) }, ['--reporter', 'json'], {
      env: NO_SCRATCH,
    });
    expect(code).toBe(2);
    const { targets } = JSON.parse(stdout) as { targets: { changes: Change[] }[] };
    return targets[0]?.changes.map(nameOf);
  };
  const grant = 'namespace public grants';
  const bySuperuser = await changesSeenBy();
  expect(bySuperuser).toContain(grant);
  expect(await changesSeenBy('driftmark')).toEqual(bySuperuser?.filter((change) => change !== grant));
  await database.sql('DROP OWNED BY driftmark; DROP ROLE driftmark');
});

it('reads through a group role, and compares privileges that are not needed to read', async () => {
  const database = await databaseOf(
    3,
    `CREATE ROLE readers; CREATE ROLE watcher LOGIN IN ROLE readers; GRANT SELECT ON ALL TABLES IN SCHEMA public TO readers;
     GRANT USAGE ON SCHEMA public TO readers, watcher; ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO readers;
     GRANT SELECT, INSERT ON customers TO watcher`,
  );
  const { code, stdout } = await check({ url: () => database.url('watcher') }, ['--reporter', 'json'], {
    env: NO_SCRATCH,
  });
  const [target] = (
    JSON.parse(stdout) as {
      targets: { live: { leftOut: { reason: string }[] }; changes: Change[] }[];
    }
  ).targets;
  expect(target?.live.leftOut.map(({ reason }) => reason).sort()).toEqual([
    'reader: readers',
    'reader: watcher',
  ]);
  expect({ code, changes: target?.changes.map((change) => [nameOf(change), change.after]) }).toEqual({
    code: 2,
    changes: [
      [
        'table public.customers grants',
        { schema: 'public', name: 'customers', grants: [{ to: 'watcher', privileges: ['insert'] }] },
      ],
    ],
  });
  await database.sql('DROP OWNED BY readers, watcher; DROP ROLE readers, watcher');
});
