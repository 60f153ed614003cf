import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const BUNDLE = 'dist/command';

/** The text of a file of the bundle, and of all files that it imports when it is loaded. */
async function loadedWith(file: string, seen = new Map<string, string>()): Promise<string> {
  if (!seen.has(file)) {
    const text = await readFile(path.join(BUNDLE, file), 'utf8');
    seen.set(file, text);
    for (const [, imported = ''] of text.matchAll(/^(?:const .* = )?require\("\.\/([^"]+)"\)/gm))
      await loadedWith(imported, seen);
  }
  return [...seen.values()].join('\n');
}

it.each([
  ['run.js', 'commander'],
  ['child.js', 'picomatch'],
])('%s starts without the libraries that only some runs need', async (file, always) => {
  const text = await loadedWith(file);
  const packages = [...text.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)/gm)].map(([, name]) => name);
  expect(packages).toContain(always);
  expect(packages.filter((name) => /^(zod|yaml|smol-toml|pg|diff|@clack\/.*)$/.test(name ?? ''))).toEqual([]);
});

it('run.js starts without the modules that read migrations', async () => {
  const text = await loadedWith('run.js');
  expect(text).toMatch(/^\/\/ src\/cli\//m);
  expect(text).not.toMatch(/^\/\/ src\/(migrations|introspect|project)\//m);
});
