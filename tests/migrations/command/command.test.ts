import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../../support/cli.js';
import { inProject, type Files } from '../project.js';

const PG = JSON.stringify(path.resolve('node_modules/pg/lib/index.js'));

/** A migration tool: it connects as its environment or its argument says, and keeps a history table. */
const TOOL = `
const pg = require(${PG});
const [url = process.env.DATABASE_URL, ...tables] = process.argv.slice(2);
(async () => {
  const client = new pg.Client(url);
  await client.connect();
  await client.query('CREATE TABLE alembic_version (version_num text PRIMARY KEY)');
  await client.query('CREATE TABLE migrations (id serial PRIMARY KEY)');
  await client.query('CREATE SCHEMA pgroll CREATE TABLE migrations (name text)');
  for (const table of tables) await client.query('CREATE TABLE ' + table + ' (id bigint PRIMARY KEY)');
  await client.end();
  console.log('Applied ' + tables.length + ' migrations to ' + url);
})();
`;

/** Works in a project whose config has a command. */
const withCommand = <T>(
  migrations: { command: string; timeout?: number },
  use: (dir: string) => Promise<T>,
  files: Files = {},
): Promise<T> =>
  inProject(
    {
      'package.json': '{ "name": "shop" }',
      'driftmark.config.json': JSON.stringify({ migrations }),
      'tool.cjs': TOOL,
      ...files,
    },
    use,
  );

/** A process that has ended but was not waited for does not run. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid.toString()}/stat`, 'utf8').catch(() => '');
  return status !== '' && !status.includes(') Z ');
}

const tool = (tables: string, url = '{url}') => ({ command: `node tool.cjs ${url} ${tables}` });

describe('a migration command', () => {
  it('makes the report, without the history tables of any tool', async () => {
    await withCommand(tool('customers orders'), async (cwd) => {
      const updated = await driftmark(['update'], { cwd });
      expect(updated).toMatchObject({ code: 0, stderr: '' });
      const report = await readFile(path.join(cwd, 'report.sql.md'), 'utf8');
      expect(report).toContain('customers');
      expect(report).toContain('orders');
      expect(report).not.toMatch(/alembic|migrations|pgroll/);
      const checked = await driftmark(['check'], { cwd });
      expect(checked.code).toBe(0);
      expect(checked.stdout).toMatch(/✓ shop {3}in sync \(command, 2 tables, PostgreSQL [\d.]+, [\d.]+ s\)/);
    });
  });

  it('gets the scratch database in DATABASE_URL and the PG* variables', async () => {
    const script = `
      const pg = require(${PG});
      const { PGHOST, PGPORT, PGSSLMODE, DATABASE_URL, SHOP_DB = 'none', TOKEN } = process.env;
      (async () => {
        const client = new pg.Client();
        await client.connect();
        await client.query('CREATE TABLE t (id integer)');
        const facts = [PGHOST, PGSSLMODE, new URL(DATABASE_URL).port === PGPORT, SHOP_DB, TOKEN];
        await client.query("COMMENT ON TABLE t IS '" + facts.join(' ') + "'");
        await client.end();
      })();`;
    await withCommand(
      { command: 'node tool.cjs' },
      async (cwd) => {
        const env = {
          DATABASE_URL: 'postgres://elsewhere/x',
          SHOP_DB: 'postgresql+asyncpg://elsewhere/x',
          PGHOST: 'elsewhere',
          TOKEN: 'kept',
        };
        expect(await driftmark(['update'], { cwd, env })).toMatchObject({ code: 0, stderr: '' });
        expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).toContain(
          '127.0.0.1 disable true none kept',
        );
      },
      { 'tool.cjs': script },
    );
  });

  it('reports drift without naming a migration', async () => {
    await withCommand(tool('customers'), async (cwd) => {
      await driftmark(['update'], { cwd });
      await writeFile(
        path.join(cwd, 'driftmark.config.json'),
        JSON.stringify({ migrations: tool('customers orders') }),
      );
      const { code, stdout } = await driftmark(['check', '--reporter', 'json'], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('"orders"');
      expect(stdout).not.toContain('"migration":');
    });
  });

  it('is a source of show and diff, named by its package folder', async () => {
    await withCommand(tool('customers'), async (cwd) => {
      await driftmark(['update'], { cwd });
      const shown = await driftmark(['show', '.'], { cwd });
      expect(shown.stdout).toContain('customers');
      expect(await driftmark(['diff', 'report.sql.md', '.'], { cwd })).toMatchObject({ code: 0 });
    });
  });

  it('fails with the last lines of its output, without the password', async () => {
    const command = `node tool.cjs {url} customers && echo boom {password} >&2 && exit 3`;
    await withCommand({ command }, async (cwd) => {
      const { code, stdout, stderr } = await driftmark(['check'], { cwd });
      expect(code).toBe(1);
      expect(stdout + stderr).toContain('The migration command failed with exit code 3.');
      expect(stdout + stderr).toContain('boom ***');
      expect(stdout + stderr).toContain('driftmark.config.json');
      expect(stdout + stderr).not.toMatch(/[\da-f]{48}/);
    });
  });

  it('may print a very long line', async () => {
    const command = `head -c 20000000 /dev/zero | tr '\\0' x; echo; echo end; exit 3`;
    await withCommand({ command }, async (cwd) => {
      const { code, stdout, stderr } = await driftmark(['check'], { cwd });
      expect(code).toBe(1);
      expect(stdout + stderr).toMatch(/x…\n\s+end\n/);
    });
  });

  it('fails if the scratch database is unchanged afterwards', async () => {
    await withCommand({ command: 'echo all migrations are applied' }, async (cwd) => {
      const { code, stdout, stderr } = await driftmark(['check'], { cwd });
      expect(code).toBe(1);
      expect((stdout + stderr).replace(/\s+/g, ' ')).toContain(
        'the scratch database is unchanged. The command probably connected to another database.',
      );
      expect(stdout + stderr).toContain('all migrations are applied');
    });
  });

  it('is stopped after its timeout, along with what it started', async () => {
    await withCommand(
      { command: 'sleep 1000 & echo $! > child.pid; sleep 1000', timeout: 1 },
      async (cwd) => {
        const { code, stdout, stderr } = await driftmark(['check'], { cwd });
        expect(code).toBe(1);
        expect(stdout + stderr).toContain('took longer than 1 s and was stopped');
        const child = Number(await readFile(path.join(cwd, 'child.pid'), 'utf8'));
        await expect.poll(() => isRunning(child)).toBe(false);
      },
    );
  });

  it('finds its stdin at its end', async () => {
    await withCommand({ command: 'cat && node tool.cjs {url} customers' }, async (cwd) => {
      expect(await driftmark(['update'], { cwd })).toMatchObject({ code: 0 });
    });
  });
});
