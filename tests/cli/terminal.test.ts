import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { displayWidth } from '#src/util/display-width.js';
import { inFolder } from '../support/folders.js';
import { driftmarkOnPty } from '../support/pty.js';
import { stableOutput } from '../support/stable-output.js';

/**
 * What is on a terminal, compared whole; tests/cli/stories.test.ts has what is in a pipe. After a change of words:
 * `npx vitest run tests/cli/terminal.test.ts --update`, and read the difference.
 */
const STORY = path.resolve('fixtures/stories/wide-names');

describe('a failing check with long and wide names', () => {
  it.each([
    { columns: 80, env: {}, file: '80-columns-in-colour.txt' },
    { columns: 80, env: { NO_COLOR: '1' }, file: '80-columns.txt' },
    { columns: 200, env: {}, file: '200-columns-in-colour.txt' },
    { columns: 200, env: { NO_COLOR: '1' }, file: '200-columns.txt' },
  ])('in $columns columns, with $env', async ({ columns, env, file }) => {
    await inFolder(async (cwd) => {
      // CI has a log, and no live lines in it: every byte is the same each time.
      const { code, written } = await driftmarkOnPty(['check'], { cwd, columns, env: { CI: '1', ...env } });
      expect(code).toBe(2);
      await expect(stableOutput(written)).toMatchFileSnapshot(`terminal/${file}`);
      // A diff is to be copied as it is: all else fits.
      // Other colours vanish on a light or on a dark ground.
      // eslint-disable-next-line no-control-regex -- escape sequences are meant
      const codes = new Set([...written.matchAll(/\u001b\[(\d+)m/g)].map(([, code]) => code));
      expect([...codes].filter((code) => !/^(1|2|22|31|32|35|39)$/.test(code ?? ''))).toEqual([]);
      const explained = withoutColours(written.slice(0, written.indexOf('--- report.sql.md')));
      for (const line of explained.split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(columns);
    }, STORY);
  });
});

// eslint-disable-next-line no-control-regex -- escape sequences are meant
const withoutColours = (text: string) => text.replace(/\u001b\[\d+m/g, '');

/** Three packages, whose migrations take their time. */
async function inSlowWorkspace(use: (cwd: string) => Promise<void>): Promise<void> {
  await inFolder(async (dir) => {
    await writeFile(path.join(dir, 'package.json'), '{ "name": "slow", "workspaces": ["*"] }');
    for (const name of ['one', 'two', 'three']) {
      await mkdir(path.join(dir, name, 'migrations'), { recursive: true });
      await writeFile(path.join(dir, name, 'package.json'), `{ "name": "@acme/${name}" }`);
      await writeFile(
        path.join(dir, name, 'migrations', '1_a.sql'),
        'SELECT pg_sleep(0.7); CREATE TABLE a ();',
      );
      await writeFile(
        path.join(dir, name, 'migrations', '2_b.sql'),
        'SELECT pg_sleep(0.7); CREATE TABLE b ();',
      );
    }
    await use(dir);
  });
}

describe('live lines', () => {
  it('progress lines show each target and are gone at the end', async () => {
    await inSlowWorkspace(async (cwd) => {
      const args = ['update', '--jobs', '2'];
      const { code, written, screen } = await driftmarkOnPty(args, { cwd, columns: 120 });
      expect(code).toBe(0);
      expect(written).toMatch(/0 of 3 targets done · \d/);
      expect(written).toMatch(/@acme\/one +applied 1 of 2 · \d/);
      expect(written).toMatch(/@acme\/three +/);
      expect(stableOutput(screen)).toBe(
        [
          '✓ @acme/one   wrote one/report.sql.md (2 migrations, 2 tables, PostgreSQL 0.0, 0.0 s)',
          '✓ @acme/three   wrote three/report.sql.md (2 migrations, 2 tables, PostgreSQL 0.0, 0.0 s)',
          '✓ @acme/two   wrote two/report.sql.md (2 migrations, 2 tables, PostgreSQL 0.0, 0.0 s)',
          '',
          '3 targets: 3 in sync',
        ].join('\n'),
      );
      // The cursor was never hidden, so nothing has to bring it back.
      expect(written).not.toContain('\u001b[?25l');
    });
  });

  it('progress lines are gone after Ctrl-C', async () => {
    await inSlowWorkspace(async (cwd) => {
      let isPressed = false;
      const { code, written, screen } = await driftmarkOnPty(['check'], {
        cwd,
        columns: 80,
        onData: (sofar, terminal) => {
          if (isPressed || !sofar.includes('applied 1 of 2')) return;
          isPressed = true;
          terminal.type('\u0003');
        },
      });
      expect({ code, isPressed }).toEqual({ code: 130, isPressed: true });
      expect(written).toContain('of 3 targets done');
      expect(screen).toBe('');
    });
  });

  it('progress lines are gone after a failure and do not cut the output of migrations', async () => {
    await inFolder(async (cwd) => {
      await mkdir(path.join(cwd, 'migrations'));
      await writeFile(path.join(cwd, 'package.json'), '{ "name": "@acme/talk" }');
      await writeFile(
        path.join(cwd, 'migrations', '1_talk.js'),
        `exports.up = async (knex) => {
           process.stdout.write('half');
           await knex.raw('SELECT pg_sleep(1)');
           console.log(' a line');
           await knex.raw('SELECT pg_sleep(1)');
           throw new Error('enough');
         };
         exports.down = () => undefined;`,
      );
      const { code, written, screen } = await driftmarkOnPty(['check'], { cwd, columns: 80 });
      expect(code).toBe(1);
      expect(written).toContain('running migrations · ');
      expect(screen.split('\n').slice(0, 3)).toEqual([
        'half a line',
        '✗ @acme/talk   could not be checked',
        '',
      ]);
      expect(screen).not.toContain('running');
    });
  });
});
