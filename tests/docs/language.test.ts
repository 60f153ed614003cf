import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bannedPhrasesIn, markdownProse, proseIn } from '../support/plain-english.js';
import { UNREVISED } from './unrevised.js';

const below = async (folder: string) =>
  (await readdir(folder, { recursive: true })).map((name) =>
    path.posix.join(folder, name.replaceAll('\\', '/')),
  );

const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'benchmarks/README.md'].concat(
  (await below('docs')).filter((file) => file.endsWith('.md')),
);
const configs = ['action.yml', '.pre-commit-hooks.yaml', 'templates/driftmark.yml'];
const folders = await Promise.all(['src', 'tests', 'benchmarks', 'action', 'bin'].map(below));
const code = folders.flat().filter((file) => /\.(ts|js)$/.test(file));

/** Files that quote the banned phrases. */
const QUOTING = ['CONTRIBUTING.md', 'tests/support/plain-english.ts', 'tests/docs/language.test.ts'];

const revised = (files: readonly string[]) =>
  files.filter((file) => !UNREVISED.includes(file) && !QUOTING.includes(file));

describe('plain English (CONTRIBUTING.md, "Words")', () => {
  it.each(revised(pages))('%s has none of the banned phrases', async (page) => {
    const text = await readFile(page, 'utf8');
    const prose = page === 'docs/cli.md' ? text : markdownProse(text);
    expect(prose.split(/\n{2,}|\n(?=[-|] |\d+\. )/).flatMap(bannedPhrasesIn)).toEqual([]);
  });

  it.each(revised(configs))('%s has none of the banned phrases', async (file) => {
    expect((await readFile(file, 'utf8')).split('\n').flatMap(bannedPhrasesIn)).toEqual([]);
  });

  it('occurs in the messages, comments and test names of all code', async () => {
    const found = await Promise.all(
      revised(code).map(async (file) =>
        proseIn(file, await readFile(file, 'utf8')).flatMap(({ text, at }) =>
          bannedPhrasesIn(text).map((phrase) => `${at}: ${phrase}`),
        ),
      ),
    );
    expect(found.flat()).toEqual([]);
  });

  it('finds banned phrases', () => {
    expect(bannedPhrasesIn('Whoever asks why there are none')).toHaveLength(2);
    expect(
      proseIn('a.ts', "// A text of\n// theirs.\nit('is no folder', () => `so many ${n} meanwhile`)"),
    ).toEqual([
      { at: 'a.ts:3', text: 'is no folder' },
      { at: 'a.ts:3', text: 'so many … meanwhile' },
      { at: 'a.ts:1', text: 'A text of' },
    ]);
  });

  it('keeps no file on the list of unrevised files that does not exist', () => {
    const all: readonly string[] = [...pages, ...configs, ...code];
    expect(UNREVISED.filter((file) => !all.includes(file))).toEqual([]);
  });
});
