import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
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
  const written = docs.replace(/(<!-- presets -->)[^]*?(<!-- end -->)/, (_, start: string, end: string) =>
    [start, list, end].join('\n\n'),
  );
  const pretty = await format(written, { ...(await resolveConfig('package.json')), parser: 'markdown' });
  await expect(pretty).toMatchFileSnapshot('../../docs/replicas.md');
  expect(docs).toContain(DEFAULT_PRESETS.map((name) => `\`${name}\``).join(' and ') + ' always hold');
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

it('the smallest role in docs/replicas.md suffices', async () => {
  const [, sql = ''] = /<!-- role -->\s*```sql\n([^]*?)```/.exec(docs) ?? [];
  const database = await databaseOf(
    3,
    'REVOKE ALL ON SCHEMA public FROM PUBLIC; CREATE VIEW open AS SELECT id FROM orders',
  );
  await database.sql(`REVOKE ALL ON DATABASE ${database.name} FROM PUBLIC`);
  await database.sql(sql.replace('shop', database.name));
  const args = ['--ignore', 'privileges', '--reporter', 'json'];
  const answers = [];
  for (const user of ['driftmark', undefined]) {
    const { code, stdout } = await check({ url: () => database.url(user) }, args, { env: NO_SCRATCH });
    expect(code).toBe(2);
    answers.push(
      (JSON.parse(stdout) as { targets: { changes: object[] }[] }).targets[0]?.changes.map((change) => ({
        ...change,
        verdict: '',
      })),
    );
  }
  expect(answers[0]).toEqual(answers[1]);
});
