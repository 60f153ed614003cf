import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { cleanEnv, driftmark } from '../support/cli.js';
import { stableOutput } from '../support/stable-output.js';
import { runFake } from '../support/in-process.js';
import { inFolder } from '../support/folders.js';
import { bash } from '../support/repository.js';

const AUTH = path.resolve('fixtures/auth');
const STALE = path.resolve('fixtures/stories/stale');
const FAILING = path.resolve('fixtures/stories/failing-migration');
const ESCAPE = String.fromCharCode(27);

const cwd = process.cwd();

describe('a command without a server', () => {
  it('prints the version', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await runFake(['--version'], { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    {
      what: 'an unknown option',
      args: ['check', '--shema'],
      stderr:
        "error: unknown option '--shema'\n(Did you mean --schema?)\nRun npx driftmark check --help for usage.\n",
    },
    {
      what: 'an unknown command',
      args: ['chek'],
      stderr: "error: unknown command 'chek'\n(Did you mean check?)\nRun npx driftmark --help for usage.\n",
    },
    {
      what: 'a missing argument',
      args: ['show'],
      stderr: "error: missing required argument 'source'\nRun npx driftmark show --help for usage.\n",
    },
    {
      what: 'an unknown choice',
      args: ['check', '--engine', 'other'],
      stderr: 'error: --engine: unknown engine "other".\n  → Use one of embedded, server.\n',
    },
  ])('exits 1 and prints a hint for $what', async ({ args, stderr }) => {
    expect(await runFake(args, { cwd })).toEqual({ code: 1, stdout: '', stderr });
  });

  it('asks to report an error that it does not expect, without the passwords in it', async () => {
    let isFirst = true;
    const { code, stdout, stderr } = await runFake(['help'], {
      cwd: '/',
      onOutput: () => {
        if (isFirst) {
          isFirst = false;
          throw new TypeError('no answer of postgres://reader:hush@db.example.com/shop');
        }
      },
    });
    expect({ code, stdout: stdout.slice(0, 6) }).toEqual({ code: 1, stdout: 'Usage:' });
    const { bugs } = JSON.parse(await readFile('package.json', 'utf8')) as { bugs: string };
    const [first, second, third] = stderr.split('\n');
    expect([first, second]).toEqual([
      `error: This is a bug in driftmark. Please report it at ${bugs}, with the output of \`npx driftmark info\` and these lines:`,
      'TypeError: no answer of postgres://reader:***@db.example.com/shop',
    ]);
    expect(third).toMatch(/^ {4}at /);
  });

  it('exits 1 in a directory that was deleted', async () => {
    const bin = path.resolve('bin/driftmark.js');
    const gone = await inFolder((dir) =>
      bash(`mkdir gone && cd gone && rmdir ../gone && '${process.execPath}' '${bin}' check`, dir),
    );
    expect(gone).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'error: The working directory does not exist any more.\n  → Change to a directory that exists, and run the command again.\n',
    });
  });

  it('prints the help on stdout and exits 1 if the command is missing', async () => {
    const help = await runFake(['--help'], { cwd });
    expect(help.stdout).toContain('Usage: driftmark');
    expect(await runFake([], { cwd })).toEqual({ code: 1, stdout: help.stdout, stderr: '' });
  });

  it.each([
    {
      what: 'a folder without targets',
      args: ['check'],
      stderr: /^error: .*No migrations or report found in this folder/,
    },
    { what: 'a folder without migrations', args: ['check', 'src'], stderr: /^error: / },
    { what: 'a source that does not exist', args: ['show', 'no.sql.md'], stderr: /^error: .*no\.sql\.md/ },
    {
      what: 'a config that does not exist',
      args: ['check', '--config', 'no.config.js'],
      stderr: /^error: .*no\.config\.js/,
    },
  ])('exits 1 for $what', async ({ args, stderr }) => {
    await inFolder(async (dir) => {
      const result = await runFake(args, { cwd: dir });
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(result.stderr).toMatch(stderr);
    });
  });

  it('prints a whole report on stdout', async () => {
    const report = await readFile(path.join(AUTH, 'report.sql.md'), 'utf8');
    expect(await runFake(['show', 'report.sql.md'], { cwd: AUTH })).toEqual({
      code: 0,
      stdout: report,
      stderr: '',
    });
  });

  it('exits 0 if the reader of stdout is gone before the output', async () => {
    expect(await runFake(['show', 'report.sql.md'], { cwd: AUTH, noReader: true })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  it('exits 0 when the stdout reader closes the pipe', async () => {
    const child = spawn(
      '/bin/sh',
      [
        '-c',
        `"$0" "$1" show report.sql.md | head -c 0; exit 0`,
        process.execPath,
        path.resolve('bin/driftmark.js'),
      ],
      { cwd: AUTH, env: cleanEnv(), stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    await once(child, 'close');
    expect(stderr).toBe('');
  });
});

describe('colours', () => {
  it.each([
    {
      where: 'a terminal',
      options: { terminals: ['stderr'] as const, env: { TERM: 'xterm' } },
      args: [],
      coloured: true,
    },
    { where: 'a pipe', options: {}, args: [], coloured: false },
    { where: 'a pipe with FORCE_COLOR', options: { env: { FORCE_COLOR: '1' } }, args: [], coloured: true },
    {
      where: 'a terminal with FORCE_COLOR=0',
      options: { terminals: ['stderr'] as const, env: { FORCE_COLOR: '0' } },
      args: [],
      coloured: false,
    },
    {
      where: 'a terminal with NO_COLOR',
      options: { terminals: ['stderr'] as const, env: { NO_COLOR: '1', FORCE_COLOR: '1' } },
      args: [],
      coloured: false,
    },
    {
      where: 'a terminal with --no-color',
      options: { terminals: ['stderr'] as const, env: { FORCE_COLOR: '1' } },
      args: ['--no-color'],
      coloured: false,
    },
    {
      where: 'a dumb terminal',
      options: { terminals: ['stderr'] as const, env: { TERM: 'dumb' } },
      args: [],
      coloured: false,
    },
  ])('$where: $coloured', async ({ options, args, coloured }) => {
    await inFolder(async (dir) => {
      const { stderr } = await runFake(['check', ...args], { cwd: dir, ...options });
      expect(stderr).toContain('No migrations or report found');
      expect(stderr.includes(ESCAPE)).toBe(coloured);
    });
  });
});

describe('a command with a server', () => {
  it('check prints one line on stdout if in sync, and failed downs on stderr', async () => {
    const { code, stdout, stderr } = await runFake(['check'], { cwd: AUTH });
    expect({ code, stdout: stableOutput(stdout) }).toEqual({
      code: 0,
      stdout: '✓ @backstage/plugin-auth-backend   in sync (6 migrations, 6 tables, PostgreSQL 0.0, 0.0 s)\n',
    });
    expect(stderr).toBe(
      '! @backstage/plugin-auth-backend   1 migration cannot be rolled back (listed in the report)\n',
    );
    const quiet = await runFake(['check', '--quiet'], { cwd: AUTH });
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('check passes with CRLF in the working copy, another locale and another time zone', async () => {
    await inFolder(async (dir) => {
      const report = path.join(dir, 'report.sql.md');
      await writeFile(report, (await readFile(report, 'utf8')).replaceAll('\n', '\r\n'));
      const env = { LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8', TZ: 'Asia/Kolkata', PGTZ: 'Asia/Kolkata' };
      expect((await driftmark(['check', '--quiet'], { cwd: dir, env })).code).toBe(0);
    }, AUTH);
  });

  it.each([
    { what: 'drift', folder: STALE, code: 2 },
    { what: 'a migration that fails', folder: FAILING, code: 1 },
  ])('exits $code for $what, and with the worst code for several targets', async ({ folder, code }) => {
    const { code: worst, stdout } = await runFake(['check', folder, AUTH], { cwd: path.resolve('fixtures') });
    expect(worst).toBe(code);
    expect(stdout).toContain('✓ @backstage/plugin-auth-backend   in sync');
  });
});
