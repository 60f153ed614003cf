import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

/** Which folder or file of `src/` may import which others: the table that dependency-cruiser enforces. */
const folders = JSON.parse(await readFile('.dependency-cruiser.folders.json', 'utf8')) as Readonly<
  Record<string, readonly string[]>
>;

const PAGES = ['CONTRIBUTING.md', 'docs/architecture.md'];
const WIDTH = 100;
const INDENT = 14;

describe('the table of folders', () => {
  it('lists every folder and file directly in src/, and only those', async () => {
    expect(Object.keys(folders).sort()).toEqual((await readdir('src')).sort());
  });

  it('lists a folder only after all folders that it may import', () => {
    const names = Object.keys(folders);
    const tooEarly = Object.entries(folders).flatMap(([name, imports]) =>
      imports.filter((each) => names.indexOf(each) >= names.indexOf(name)).map((each) => `${name} → ${each}`),
    );
    expect(tooEarly).toEqual([]);
  });

  it('gives no folder permission to import cli', () => {
    expect(Object.values(folders).flat()).not.toContain('cli');
  });

  /** After a change of the table: `npx vitest run tests/docs/folders.test.ts --update`. */
  it.each(PAGES)('is shown in %s', async (page) => {
    const text = await readFile(page, 'utf8');
    const table = Object.entries(folders).map(([name, imports]) => row(name, imports));
    const written = text.replace(/(<!-- folders -->)[^]*?(<!-- end -->)/, (_, start: string, end: string) =>
      [start, ['```text', ...table, '```'].join('\n'), end].join('\n\n'),
    );
    expect(written).toContain(table[0]);
    await expect(written).toMatchFileSnapshot(path.resolve(page));
  });
});

/** A line of the table, wrapped: `report         → schema, util`. */
function row(name: string, imports: readonly string[]): string {
  const lines = imports.reduce<string[]>((wrapped, each, at) => {
    const last = wrapped.at(-1);
    const word = at < imports.length - 1 ? `${each},` : each;
    if (last === undefined || INDENT + 2 + last.length + 1 + word.length > WIDTH) return [...wrapped, word];
    return [...wrapped.slice(0, -1), `${last} ${word}`];
  }, []);
  return lines.length === 0
    ? `${name.padEnd(INDENT)}imports nothing`
    : lines
        .map((line, at) => `${(at === 0 ? name : '').padEnd(INDENT)}${at === 0 ? '→' : ' '} ${line}`)
        .join('\n');
}
