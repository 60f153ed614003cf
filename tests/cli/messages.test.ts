import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { inFolder } from '../support/folders.js';
import { driftmarkHere } from '../support/in-process.js';
import { bash, writeFiles, type Files } from '../support/repository.js';
import { onSharedScratch } from '../support/shared-server.js';
import { stableOutput } from '../support/stable-output.js';
import { config, CONFIG, MIGRATIONS, REPORTS, UP, USAGE, type Situation } from './message-situations.js';

const BIN = path.resolve('bin/driftmark.js');

let scratch: NodeJS.ProcessEnv;
beforeAll(async () => {
  scratch = await onSharedScratch();
});

async function outputOf({
  args = ['check'],
  files = {},
  env = scratch,
  before,
  isUpdated,
}: Situation): Promise<string> {
  return inFolder(async (dir) => {
    const cwd = path.join(dir, 'harbour');
    await mkdir(cwd);
    await writeFiles(cwd, { 'package.json': '{ "name": "harbour" }', ...files });
    await chmod(cwd, 0o755);
    if (isUpdated) expect(await driftmarkHere(['update'], { cwd, env })).toMatchObject({ code: 0 });
    if (before !== undefined) expect(await bash(before, cwd)).toMatchObject({ code: 0 });
    const { code, stdout, stderr } = await driftmarkHere(args, { cwd, env });
    const parts = [
      `$ driftmark ${args.join(' ')}`,
      stdout.trimEnd(),
      ...(stderr === '' ? [] : ['--- stderr ---', stderr.trimEnd()]),
      `--- exit code ${code} ---`,
    ];
    return `${stableOutput(parts.filter((part) => part !== '').join('\n')).replaceAll(cwd, '<cwd>')}\n`;
  });
}

describe.each([
  { of: 'the command line', situations: USAGE },
  { of: 'the config', situations: CONFIG },
  { of: 'migrations', situations: MIGRATIONS },
  { of: 'reports and revisions', situations: REPORTS },
])('messages about $of', ({ situations }) => {
  it.each(situations)('prints the message $name', async (situation) => {
    await expect(await outputOf(situation)).toMatchFileSnapshot(`messages/${situation.name}.txt`);
  });
});

describe('messages about the machine', () => {
  /** In a process of its own, whose environment says where its cache is. */
  const inShell = (line: string, files: Files) =>
    inFolder(async (cwd) => {
      await writeFiles(cwd, { 'package.json': '{ "name": "harbour" }', ...UP, ...files });
      await chmod(cwd, 0o755);
      const run = `export DRIFTMARK_OFFLINE=1 DRIFTMARK_CACHE_DIR="$PWD/cache"; driftmark() { '${process.execPath}' '${BIN}' "$@"; }; ${line}`;
      const { code, stdout, stderr } = await bash(run, cwd);
      // Another machine has another PostgreSQL of its own.
      const printed = (stdout + stderr).replace(/^ {2}found: \/.*\n/gm, '');
      return `$ ${line}\n${stableOutput(printed)}--- exit code ${code} ---\n`;
    });

  it.skipIf(existsSync('/usr/lib/postgresql/16'))('prints the message postgres-not-installed', async () => {
    const printed = await inShell('driftmark check', config({ postgresVersion: 16 }));
    await expect(printed.replace(/linux-\w+|darwin-\w+/g, '<platform>')).toMatchFileSnapshot(
      'messages/postgres-not-installed.txt',
    );
  });

  it.skipIf(!existsSync('/dev/full'))('prints the message disk-is-full', async () => {
    await expect(await inShell('driftmark check --help > /dev/full', {})).toMatchFileSnapshot(
      'messages/disk-is-full.txt',
    );
  });
});
