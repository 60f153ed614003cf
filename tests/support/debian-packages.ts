import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from './npm-package.js';

const exec = promisify(execFile);

/** A folder with what was fetched, or the reason why that is not possible here. */
export type Fetched =
  { readonly dir: string; readonly unavailable?: undefined } | { readonly unavailable: string };

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const MIRROR = 'http://deb.debian.org/debian';

/** Runs apt for one suite of Debian, with lists of its own: the packages of the machine do not change. */
type Apt = (program: 'apt-get' | 'apt-cache', ...args: readonly string[]) => Promise<string>;

/** Fills a folder of the cache once. Safe when two tests ask at the same time. */
async function fetched(
  name: string,
  suite: string,
  fill: (apt: Apt, dir: string) => Promise<void>,
): Promise<Fetched> {
  const dir = path.join(cacheDir, name);
  if (existsSync(dir)) return { dir };
  if (!existsSync('/usr/bin/apt-get') || !existsSync(KEYRING)) return { unavailable: 'this is not Debian' };
  await mkdir(cacheDir, { recursive: true });
  const work = await mkdtemp(path.join(cacheDir, '.apt-'));
  try {
    const [lists, files] = [path.join(work, 'apt'), path.join(work, 'files')];
    for (const folder of [path.join(lists, 'partial'), path.join(work, 'archives/partial'), files])
      await mkdir(folder, { recursive: true });
    const sources = path.join(work, 'sources.list');
    await writeFile(
      sources,
      ['deb', 'deb-src'].map((type) => `${type} [signed-by=${KEYRING}] ${MIRROR} ${suite} main\n`).join(''),
    );
    const options = [
      `Dir::Etc::sourcelist=${sources}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${lists}`,
      `Dir::Cache=${work}`,
      'Dir::State::status=/dev/null',
      'Debug::NoLocking=1',
      'APT::Sandbox::User=root',
    ].flatMap((option) => ['-o', option]);
    const apt: Apt = async (program, ...args) => {
      const { stdout } = await exec(program, [...options, ...args], {
        cwd: files,
        timeout: 180_000,
        maxBuffer: 1024 ** 3,
      });
      return stdout;
    };
    await apt('apt-get', 'update', '--error-on=any');
    await fill(apt, files);
    await rename(files, dir).catch(() => undefined);
    return { dir };
  } catch (error) {
    return {
      unavailable: `Debian ${suite}: ${error instanceof Error ? error.message.trim() : String(error)}`,
    };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * `pg_dump` and `psql` of a version that this Debian does not have, from a newer suite. They run with the libraries of
 * that suite.
 */
export const newerClient = (major: number, suite: string): Promise<Fetched> =>
  fetched(`debian-${suite}-client-${major}`, suite, async (apt, dir) => {
    const flags = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];
    const dependencies = await apt(
      'apt-cache',
      'depends',
      '--recurse',
      ...flags.map((flag) => `--no-${flag}`),
      `postgresql-client-${major}`,
    );
    const names = dependencies.match(/^(?:lib(?!perl)|zlib|postgresql-client-\d)\S*$/gm) ?? [];
    await apt('apt-get', 'download', ...new Set(names));
    for (const file of await readdir(dir)) {
      if (!file.endsWith('.deb')) continue;
      await exec('dpkg-deb', ['-x', path.join(dir, file), dir]);
      await rm(path.join(dir, file));
    }
    for (const program of ['pg_dump', 'psql']) {
      const script = path.join(dir, program);
      await writeFile(
        script,
        `#!/bin/sh\nroot=$(dirname "$0")\nexec "$root"/usr/lib64/ld-linux-x86-64.so.2 --library-path "$root"/usr/lib/x86_64-linux-gnu "$root"/usr/lib/postgresql/${major}/bin/${program} "$@"\n`,
      );
      await chmod(script, 0o755);
    }
    await exec(path.join(dir, 'pg_dump'), ['--version']);
  });

/** The files of PostgreSQL's regression tests, from the source package of a suite. */
export const regressionTests = (major: number, suite: string): Promise<Fetched> =>
  fetched(`debian-${suite}-regress-${major}`, suite, async (apt, dir) => {
    await apt('apt-get', 'source', '--download-only', '--only-source', `postgresql-${major}`);
    const archive = (await readdir(dir)).find((file) => file.includes('.orig.tar.'));
    if (archive === undefined) throw new Error(`the source package of PostgreSQL ${major} has no archive`);
    await exec('tar', [
      '--extract',
      `--file=${path.join(dir, archive)}`,
      `--directory=${dir}`,
      '--strip-components=4',
      '--wildcards',
      '*/src/test/regress/*',
    ]);
    for (const file of await readdir(dir))
      if (file.startsWith('postgresql-')) await rm(path.join(dir, file), { force: true });
  });
