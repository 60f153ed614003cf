import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const exec = promisify(execFile);

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

it('the package contains the command, the types and the docs, and no files of the build', async () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const { stdout } = await exec('npm', args, { shell: process.platform === 'win32' });
  const [packed] = JSON.parse(stdout) as Packed[];
  const paths = packed?.files.map((file) => file.path) ?? [];
  for (const wanted of [
    'bin/driftmark.js',
    'bin/package.json',
    'dist/command/run.js',
    'dist/command/start.js',
    'dist/command/package.json',
    'dist/index.d.ts',
    'docs/README.md',
    'LICENSE',
  ])
    expect(paths).toContain(wanted);
  expect(paths.filter((name) => /\.tsbuildinfo$|\.map$|^(src|tests|fixtures)\//.test(name))).toEqual([]);
});

it('package.json names the repository, the home page and the issues that the docs name', async () => {
  const { repository, homepage, bugs } = JSON.parse(await readFile('package.json', 'utf8')) as {
    repository: { url: string };
    homepage: string;
    bugs: string;
  };
  const [, owner = ''] = /uses: ([\w-]+)\/driftmark@/.exec(await readFile('docs/ci.md', 'utf8')) ?? [];
  expect([repository.url, homepage, bugs]).toEqual([
    `git+https://github.com/${owner}/driftmark.git`,
    `https://github.com/${owner}/driftmark#readme`,
    `https://github.com/${owner}/driftmark/issues`,
  ]);
});
