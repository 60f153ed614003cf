import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { LAYOUTS } from '#src/migrations/migrations.js';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
import { withGenerated } from '../support/generated-markdown.js';
import { liveCheck } from '../support/live-check.js';

const { databaseFrom } = liveCheck();

/** docs/works-with.md, "Any other tool". The first command is the tool's own. */
it('keeps a report of a database that another tool migrates, with the documented commands', async () => {
  const docs = await readFile('docs/works-with.md', 'utf8');
  const commands = [...docs.matchAll(/^npx driftmark ([^#\n]+)/gm)].map(([, args = '']) => args.trim());
  expect(commands.map((each) => each.split(' ')[0])).toEqual(['show', 'check']);
  const database = await databaseFrom(
    'CREATE TABLE "_prisma_migrations" (id text); CREATE TABLE orders (id bigint PRIMARY KEY)',
  );
  const run = (command: string, cwd: string) =>
    driftmark(
      command.split(' ').map((word) => (word === '"$DATABASE_URL"' ? database.url() : word)),
      { cwd },
    );
  await inFolder(async (cwd) => {
    await writeFile(path.join(cwd, 'package.json'), '{"name": "shop"}');
    for (const command of commands) expect(await run(command, cwd)).toMatchObject({ code: 0 });
    const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
    expect(report).toContain('## Table `orders`');
    await database.sql('ALTER TABLE orders ADD total integer');
    const { code, stdout } = await run(commands[1] ?? '', cwd);
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: expect.stringContaining('+ column total') as string,
    });
  });
});

/** After a new layout: `npx vitest run tests/docs --update`. */
const withLayouts = async (page: string, text: string) =>
  withGenerated(await readFile(page, 'utf8'), /<!-- layouts -->/, () => text);

it('lists each layout in docs/works-with.md', async () => {
  const rows = LAYOUTS.map(({ title, name, docs: { files, remark = '' } }) => {
    const tool = name === 'knex' ? '[knex](https://knexjs.org)' : title;
    return `| ${tool} | \`${name}\` | ${files} | ${remark} |`;
  });
  const table = ['| tool | `layout` | migrations | remarks |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
  await expect(await withLayouts('docs/works-with.md', table)).toMatchFileSnapshot(
    '../../docs/works-with.md',
  );
});

it('lists each layout in the README', async () => {
  const tools = LAYOUTS.map(({ title }) => title);
  const text = `**Works with** ${tools.slice(0, -1).join(', ')} and ${tools.at(-1) ?? ''}, on PostgreSQL 14 to 18, and with [every other tool](docs/works-with.md) by its own command.`;
  await expect(await withLayouts('README.md', text)).toMatchFileSnapshot('../../README.md');
});
