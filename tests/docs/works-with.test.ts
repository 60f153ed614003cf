import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { LAYOUTS } from '#src/migrations/migrations.js';
import { driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';
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

/** The part of a page between two comments is generated: `npx vitest run tests/docs --update` writes it. */
async function withGenerated(page: string, name: string, text: string): Promise<string> {
  const docs = await readFile(page, 'utf8');
  const generated = docs.replace(
    new RegExp(`(<!-- ${name} -->)[^]*?(<!-- end -->)`),
    (_, start: string, end: string) => [start, text, end].join('\n\n'),
  );
  return format(generated, { ...(await resolveConfig(page)), filepath: page });
}

it('lists each layout in docs/works-with.md', async () => {
  const rows = LAYOUTS.map(({ title, name, docs: { files, remark = '' } }) => {
    const tool = name === 'knex' ? '[knex](https://knexjs.org)' : title;
    return `| ${tool} | \`${name}\` | ${files} | ${remark} |`;
  });
  const table = ['| tool | `layout` | migrations | remarks |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
  await expect(await withGenerated('docs/works-with.md', 'layouts', table)).toMatchFileSnapshot(
    '../../docs/works-with.md',
  );
});

it('lists each layout in the README', async () => {
  const tools = LAYOUTS.map(({ title }) => title);
  const text = `**Works with** ${tools.slice(0, -1).join(', ')} and ${tools.at(-1) ?? ''}, on PostgreSQL 14 to 18, and with [every other tool](docs/works-with.md) by its own command.`;
  await expect(await withGenerated('README.md', 'layouts', text)).toMatchFileSnapshot('../../README.md');
});
