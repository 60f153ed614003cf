import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '#src/scratch/client.js';
import type { ScratchDatabase } from '#src/scratch/types.js';
import { driftmarkOnSharedServer } from '../support/shared-server.js';
import { inFolder } from '../support/folders.js';
import { readDiagram } from '../support/mermaid.js';
import { startServer, type TestServer } from '../support/own-server.js';

const STORY = path.resolve('fixtures/stories/in-sync');

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd });

describe('show', () => {
  let scratch: TestServer;
  let database: ScratchDatabase;
  const url = ({ connection }: ScratchDatabase, user?: string) => {
    const { host, port, user: owner, password, database: name } = connection;
    const account = user ?? `${owner}${password === undefined ? '' : `:${password}`}`;
    return `postgres://${account}@/${name}?host=${encodeURIComponent(host)}&port=${port}`;
  };
  beforeAll(async () => {
    scratch = await startServer();
    database = await scratch.server.createDatabase();
    const client = await connect(database.connection, new AbortController().signal);
    await client.query(await readFile(path.join(STORY, 'migrations/20260101090000_orders.up.sql'), 'utf8'));
    await client.end();
  });
  afterAll(() => scratch.stop());

  /** The same schema in every kind of source. */
  const inEachSource = async (use: (source: string, cwd: string) => Promise<void>): Promise<void> => {
    await inFolder(async (cwd) => {
      git(cwd, 'init', '--quiet', '--initial-branch=main');
      git(cwd, 'add', '.');
      git(cwd, 'commit', '--quiet', '--message=one');
      for (const source of ['report.sql.md', 'migrations', 'git:main:report.sql.md', url(database)])
        await use(source, cwd);
    }, STORY);
  };

  it('prints the same report for a schema in a report, migrations, a revision and a database', async () => {
    const report = await readFile(path.join(STORY, 'report.sql.md'), 'utf8');
    await inEachSource(async (source, cwd) => {
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['show', source], { cwd });
      expect({ code, stderr }, source).toEqual({ code: 0, stderr: '' });
      const named = source === url(database) ? stdout.replace(/".*"/, '"@acme/orders"') : stdout;
      expect(named, source).toBe(report);
    });
  });

  it('reads a migrations folder with the settings of its target', async () => {
    const files = {
      'package.json': '{"name":"kutt"}',
      'driftmark.config.json': '{"migrations":"server/migrations"}',
      'knexfile.js': `process.env.PREFIX = 'trip';
        module.exports = { client: 'pg', migrations: { directory: './server/migrations' } };`,
      'server/migrations/1.js': `const name = process.env.PREFIX + 's';
        exports.up = (knex) => knex.schema.createTable(name, (t) => { t.increments(); });
        exports.down = (knex) => knex.schema.dropTable(name);`,
    };
    await inFolder(async (cwd) => {
      for (const [name, text] of Object.entries(files)) {
        await mkdir(path.dirname(path.join(cwd, name)), { recursive: true });
        await writeFile(path.join(cwd, name), text);
      }
      const { code, stdout } = await driftmarkOnSharedServer(['show', 'server/migrations'], { cwd });
      expect((await driftmarkOnSharedServer(['show', '.'], { cwd })).stdout).toBe(stdout);
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('Table `trips`') as string,
      });
    });
  });

  it('prints the same JSON for every kind of source', async () => {
    const found: unknown[] = [];
    await inEachSource(async (source, cwd) => {
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['show', source, '--as', 'json'], {
        cwd,
      });
      expect({ code, stderr }, source).toEqual({ code: 0, stderr: '' });
      const { version, schema } = JSON.parse(stdout) as { version: number; schema: object };
      expect(version).toBe(1);
      found.push(schema);
    });
    expect(found).toEqual([found[0], found[0], found[0], found[0]]);
    expect(found[0]).toMatchObject({ objects: { table: [{ name: 'customers' }, { name: 'orders' }] } });
  });

  it('prints the same diagram for every kind of source', async () => {
    const found: string[] = [];
    await inEachSource(async (source, cwd) => {
      const { code, stdout, stderr } = await driftmarkOnSharedServer(['show', source, '--as', 'mermaid'], {
        cwd,
      });
      expect({ code, stderr }, source).toEqual({ code: 0, stderr: '' });
      found.push(stdout);
    });
    expect(new Set(found).size).toBe(1);
    expect((await readDiagram(found[0] ?? '')).relationships).toEqual([
      'customers ONLY_ONE to ZERO_OR_MORE orders: customer_id',
    ]);
  });

  it('draws a report in the format backstage without relationships', async () => {
    const cwd = path.resolve('fixtures/auth');
    const { code, stdout } = await driftmarkOnSharedServer(['show', 'report.sql.md', '--as', 'mermaid'], {
      cwd,
    });
    const { entities, relationships } = await readDiagram(stdout);
    expect(code).toBe(0);
    expect(Object.keys(entities)).toContain('sessions');
    expect(relationships).toEqual([]);
  });

  it('writes to a file and creates its folder', async () => {
    await inFolder(async (cwd) => {
      const args = ['show', 'report.sql.md', '--as', 'mermaid', '-o', 'docs/schema.mmd'];
      expect(await driftmarkOnSharedServer(args, { cwd })).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(await readFile(path.join(cwd, 'docs/schema.mmd'), 'utf8')).toMatch(/^erDiagram\n/);
      const { code, stderr } = await driftmarkOnSharedServer([...args.slice(0, -1), 'docs'], { cwd });
      expect(code).toBe(1);
      expect(stderr).toMatch(/^error: docs: Could not write the result/);
    }, STORY);
  });

  it.each([
    { what: 'a source that does not exist', args: ['nowhere'], says: 'No such file or folder: nowhere.' },
    { what: 'a missing source', args: [], says: "missing required argument 'source'" },
    {
      what: 'an unknown output form',
      args: ['migrations', '--as', 'svg'],
      says: '--as: unknown form "svg".',
    },
    {
      what: 'a file that is not a report',
      args: ['package.json'],
      says: 'package.json:1: expected the heading',
    },
    {
      what: 'an unknown revision',
      args: ['git:nowhere:report.sql.md'],
      says: 'git has no report.sql.md',
    },
    {
      what: 'a schema that does not exist',
      args: ['report.sql.md', '--schema', 'x*'],
      says: 'that matches x*.',
    },
    {
      what: 'a server that cannot be reached',
      args: ['postgres://u:secret@127.0.0.1:1/x'],
      says: 'u@127.0.0.1:1/x',
    },
  ])('exits 1 and names the cause for $what', async ({ args, says }) => {
    const { code, stdout, stderr } = await driftmarkOnSharedServer(['show', ...args], { cwd: STORY });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('secret');
  });

  it('exits 3 if the role may not read part of the database', async () => {
    const secretive = await scratch.server.createDatabase();
    const client = await connect(secretive.connection, new AbortController().signal);
    await client.query('CREATE ROLE stranger LOGIN; REVOKE SELECT ON pg_catalog.pg_policy FROM PUBLIC');
    await client.end();
    const args = ['show', url(secretive, 'stranger'), '--as', 'json'];
    const { code, stdout, stderr } = await driftmarkOnSharedServer(args, { cwd: STORY });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('GRANT SELECT ON TABLE pg_catalog.pg_policy TO stranger;');
  });
});
