import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { run } from '#src/cli/run.js';
import { cleanEnv, driftmark } from '../support/cli.js';
import { inFolder } from '../support/folders.js';

const CTRL_C = '\u0003';

/** Runs `init` in a repository with husky, on what looks like a terminal; each question gets its answer, a key. */
async function answering(answers: readonly string[], before: Readonly<Record<string, string>> = {}) {
  return inFolder(async (cwd) => {
    const files = { 'migrations/1.sql': 'CREATE TABLE t (id int);', '.husky/_/husky.sh': '', ...before };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
      await writeFile(path.join(cwd, name), text);
    }
    const questions: string[] = [];
    let shown = '';
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdout.resume();
    stderr.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      // A question is printed anew with each key; it is one as long as it offers a choice.
      const [, question] = /[◆] {2}(.*\?)/.exec(chunk.toString()) ?? [];
      if (question === undefined || question === questions.at(-1)) return;
      const answer = answers[questions.length] ?? CTRL_C;
      questions.push(question);
      // Not before it has been printed wholly.
      setImmediate(() => stdin.write(answer));
    });
    const host = {
      argv: ['node', 'driftmark', 'init'],
      env: cleanEnv({ NO_COLOR: '1' }),
      stdout,
      stderr: Object.assign(stderr, { isTTY: true, columns: 80 }),
      stdin: Object.assign(stdin, { isTTY: true, setRawMode: () => stdin }),
      cwd: () => cwd,
      on: () => undefined,
      off: () => undefined,
      exitCode: undefined as number | undefined,
    };
    await run(host);
    const written = (await readdir(cwd, { recursive: true })).filter(
      (name) => name.includes('.') && !name.startsWith('.husky/_') && name !== '.husky' && !(name in files),
    );
    const husky = await readFile(path.join(cwd, '.husky/pre-commit'), 'utf8').catch(() => undefined);
    return { code: host.exitCode, questions, written, husky, shown };
  });
}

describe('init on a terminal', () => {
  it('wraps what it found between words', async () => {
    const compose = { 'docker-compose.production.yml': 'services: { db: { image: postgres:16 } }\n' };
    const { shown } = await answering(['n', 'n', 'n', 'n'], compose);
    expect(shown.slice(0, shown.indexOf('\n\n'))).toBe(
      'Found 1 plain SQL migration in migrations/, husky, PostgreSQL 16\n(docker-compose.production.yml).',
    );
  });

  it('asks before each file, and writes those that are wanted', async () => {
    const { code, questions, written } = await answering(['n', 'y', 'n', 'y']);
    expect(questions).toEqual([
      'Write driftmark.config.json?',
      'Write .husky/pre-commit?',
      'Write .gitattributes?',
      'Write report.sql.md?',
    ]);
    expect({ code, written }).toEqual({
      code: 0,
      written: expect.arrayContaining(['.husky/pre-commit', 'report.sql.md']) as string[],
    });
    expect(written).not.toContain('.gitattributes');
    expect(written).not.toContain('driftmark.config.json');
  });

  it('changes no file that is there without a yes', async () => {
    const before = { '.husky/pre-commit': 'npm test\n', 'driftmark.config.json': '{}' };
    const { questions, husky } = await answering(['n', 'n', 'n'], before);
    expect(questions[0]).toBe('Change .husky/pre-commit?');
    expect(husky).toBe('npm test\n');
  });

  it('ends at Ctrl-C as by a signal, and writes nothing more', async () => {
    const { code, questions, written } = await answering(['y']);
    expect({ code, questions: questions.length, written }).toEqual({
      code: 130,
      questions: 2,
      written: ['driftmark.config.json'],
    });
  });
});

describe('init --yes', () => {
  it('says what it found, writes the files, and writes nothing the second time', async () => {
    await inFolder(async (cwd) => {
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(path.join(cwd, 'migrations', '1.sql'), 'CREATE TABLE t (id int);');
      const first = await driftmark(['init', '--yes'], { cwd });
      expect(first.stderr).toContain('Found 1 plain SQL migration in migrations/.');
      expect(first.stdout).toContain('review the new files and commit them');
      const second = await driftmark(['init', '--yes'], { cwd });
      expect(second.stdout).toBe('Already set up. Nothing to write.\n');
      expect([first.code, second.code]).toEqual([0, 0]);
    });
  });

  it('says to fix a failing migration instead of committing the new files', async () => {
    await inFolder(async (cwd) => {
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(path.join(cwd, 'migrations', '1.sql'), 'CREATE TABEL t (id int);');
      const { code, stdout } = await driftmark(['init', '--yes'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toContain('fix the error above, then run npx --yes driftmark update');
      expect(stdout).not.toContain('commit');
    });
  });
});

describe('init without a terminal', () => {
  it('shows what it would write, writes nothing and ends with 1', async () => {
    await inFolder(async (cwd) => {
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(path.join(cwd, 'migrations', '1.sql'), 'CREATE TABLE t (id int);');
      const { code, stdout, stderr } = await driftmark(['init'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toContain('+report*.sql.md text eol=lf diff=markdown');
      expect(stdout).toContain('report.sql.md   report of the current schema (1 migration)');
      expect(stderr).toContain('Found 1 plain SQL migration in migrations/.');
      expect(stderr).toContain('driftmark init --yes');
      expect(await readdir(cwd)).toEqual(['migrations']);
    });
  });
});
