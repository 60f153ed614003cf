import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

/** A file of the bundle. */
interface BundledFile {
  readonly name: string;
  /** The files that it loads with itself. */
  readonly imports: readonly string[];
  /** Paths relative to the repository. */
  readonly modules: readonly string[];
}

const files = new Map<string, BundledFile>();
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bundle.js', '--list']);
  for (const file of JSON.parse(stdout) as BundledFile[]) files.set(file.name, file);
});

/** The modules of a file, and of all files that it loads with itself. */
function loadedWith(name: string, seen = new Set<string>()): readonly string[] {
  const file = files.get(name);
  if (file === undefined || seen.has(name)) return [];
  seen.add(name);
  return [...file.modules, ...file.imports.flatMap((each) => loadedWith(each, seen))];
}

it.each([
  ['run.js', /^node_modules\/commander\//],
  ['child.js', /^src\/migrations\/layouts\/code\/runners\.ts$/],
])('%s starts without the libraries that only some runs need', (file, always) => {
  const modules = loadedWith(file);
  expect(modules.filter((module) => always.test(module))).not.toEqual([]);
  expect(
    modules.filter((module) => /^node_modules\/(zod|yaml|smol-toml|pg|diff|@clack)\//.test(module)),
  ).toEqual([]);
});

it('run.js starts without the modules that read migrations', () => {
  const modules = loadedWith('run.js');
  expect(modules.filter((module) => module.startsWith('src/cli/'))).not.toEqual([]);
  expect(modules.filter((module) => /^src\/(migrations|introspect|project)\//.test(module))).toEqual([]);
});

it('the process for migrations starts without the layouts and without what describes a failure', () => {
  const modules = loadedWith('child.js');
  expect(
    modules.filter((module) => /^src\/.*\/(layouts|describe-failure|display-width)\.ts$/.test(module)),
  ).toEqual([]);
});
