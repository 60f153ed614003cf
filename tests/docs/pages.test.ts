import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { withGenerated } from '../support/generated-markdown.js';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'].concat(
  (await readdir('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
);
const textOf = (page: string) => readFile(page, 'utf8');

describe.each(PAGES)('%s', (page) => {
  it('has no link that leads nowhere', async () => {
    const text = (await textOf(page)).replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const broken: string[] = [];
    for (const link of links.filter((each) => !/^https?:/.test(each))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      if (!(await exists(target))) broken.push(link);
      else if (anchor !== undefined && !anchorsIn(await textOf(target)).includes(anchor)) broken.push(link);
    }
    expect(broken).toEqual([]);
  });

  it('names no command and no flag that is not there', async () => {
    const flags = await flagsByCommand();
    const unknown = commandLines(await textOf(page)).filter(([line, command]) => {
      const known = flags.get(command);
      const used = [...line.matchAll(/(?<=\s)--?[a-z][\w-]*/g)].map(([flag]) => flag);
      return !known || used.some((flag) => !known.has(flag));
    });
    expect(unknown.map(([line]) => line)).toEqual([]);
  });
});

it('every page of docs/ can be reached from the README', async () => {
  const reached = new Set<string>();
  const visit = async (page: string): Promise<void> => {
    if (reached.has(page) || !(await exists(page))) return;
    reached.add(page);
    for (const [, link = ''] of (await textOf(page)).matchAll(/\]\(([\w./-]+\.md)(?:#[\w-]*)?\)/g))
      await visit(path.join(path.dirname(page), link));
  };
  await visit('README.md');
  expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
});

/** After a change of an input: `npx vitest run tests/docs --update`. */
it('docs/ci.md says what inputs the action has', async () => {
  const { inputs } = parse(await textOf('action.yml')) as {
    inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  };
  const items = Object.entries(inputs).map(([name, { description, default: value }]) => {
    const byDefault = value === '' || value.includes('${{') ? '' : ` Default: \`${value}\`.`;
    return `- \`${name}\`: ${description.replace(/\.?$/, '.')}${byDefault}`;
  });
  const written = await withGenerated(await textOf('docs/ci.md'), /<!-- inputs of the action -->/, () =>
    items.join('\n'),
  );
  await expect(written).toMatchFileSnapshot(path.resolve('docs/ci.md'));
});

/** The flags of each command, from the page that is what `--help` prints. */
async function flagsByCommand(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const [, ...sections] = (await textOf('docs/cli.md')).split(/^## driftmark/m);
  return new Map(
    sections.map((section) => {
      const command = /^ ?([a-z]*)/.exec(section)?.[1] ?? '';
      const flags = [...section.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long]) => [
        short,
        long,
      ]);
      return [command, new Set(flags.filter((flag) => flag !== undefined))];
    }),
  );
}

/** The command lines in code, each with its command; empty for options of driftmark itself. */
function commandLines(text: string): (readonly [line: string, command: string])[] {
  const fences = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].map(([, block = '']) => block);
  const spans = [...text.replace(/^```[^]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span = '']) => span,
  );
  return [...fences, ...spans].flatMap((code) =>
    [
      ...code.matchAll(/(?<=^ *|[$:&(|-] |npx |--yes |exec |yarn |bunx )driftmark((?: +[^\s#|&;`]+)+)/gm),
    ].flatMap(([line]): [string, string][] => {
      const word = line.split(/ +/)[1] ?? '';
      if (word.startsWith('-')) return [[line, '']];
      return /^[a-z]+$/.test(word) ? [[line, word]] : [];
    }),
  );
}

/** What GitHub calls the headings of a page. */
const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
