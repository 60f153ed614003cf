import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { notChecked } from '../support/not-checked.js';

const PAGE = 'docs/not-checked.md';

/** After a change of the list: `npx vitest run tests/docs/not-checked.test.ts --update`. */
it('docs/not-checked.md has the facts of docs/not-checked.json', async () => {
  const page = await readFile(PAGE, 'utf8');
  const facts = await notChecked();
  const list = facts.map(({ fact, reason }) => `- **${fact}.** ${reason}`).join('\n');
  const written = page.replace(/(<!-- facts -->)[^]*?(<!-- end -->)/, (_, start: string, end: string) =>
    [start, list, end].join('\n\n'),
  );
  expect(written).toContain('- **The names of NOT NULL constraints.**');
  await expect(written).toMatchFileSnapshot(path.resolve(PAGE));
});
