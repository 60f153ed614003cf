import { describe, expect, it } from 'vitest';
import { liveCheck, NO_SCRATCH } from '../support/live-check.js';
import { driftmarkHere } from '../support/in-process.js';
import { upTo } from '../support/live-project.js';

describe('check of a live database', () => {
  const { here, check, databaseFrom, databaseOf } = liveCheck();

  describe('with presets and ignore rules', () => {
    const configured = (config: object) =>
      here().project.copy({ 'driftmark.config.json': JSON.stringify(config), migrations: undefined });

    it('ignores history tables of migration tools, and objects that a preset names', async () => {
      const database = await databaseOf(
        3,
        'CREATE TABLE _prisma_migrations (id text); CREATE TABLE awsdms_ddl_audit (id int)',
      );
      const without = await check(database, [], { cwd: await configured({}) });
      expect(without.code).toBe(2);
      expect(without.stdout).toMatch(/1 change$/m);
      expect(without.stdout).toContain('1 change ignored (preset: migration-tools)');
      expect((await check(database, [], { cwd: await configured({ presets: ['rds'] }) })).code).toBe(0);
    });

    it('lists the presets if a preset is mistyped', async () => {
      const { code, stderr } = await check(here().head, [], {
        cwd: await configured({ presets: ['superbase'] }),
      });
      expect(code).toBe(1);
      expect(stderr).toContain('did you mean supabase?');
    });

    it('ignores partitions only of tables that the report contains', async () => {
      const table = 'CREATE TABLE events (at date) PARTITION BY RANGE (at);';
      const sql = `${await upTo(3)}; ${table}`;
      const cwd = await here().project.copy({ 'migrations/20260401000000_events.up.sql': table });
      expect((await driftmarkHere(['update', '--no-down'], { cwd, env: here().scratch })).code).toBe(0);
      const database = await databaseFrom(
        `${sql} CREATE TABLE p2030 PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01') PARTITION BY RANGE (at);
         CREATE TABLE p2030_01 PARTITION OF p2030 FOR VALUES FROM ('2030-01-01') TO ('2030-02-01')`,
      );
      expect((await check(database, [], { cwd })).code).toBe(0);
      await database.sql(
        'CREATE TABLE other (at date) PARTITION BY RANGE (at); CREATE TABLE o1 PARTITION OF other DEFAULT',
      );
      const { code, stdout } = await check(database, [], { cwd });
      expect(code).toBe(2);
      expect(stdout).toMatch(/2 changes \(out of band\)/);
    });

    it('ignores changes that a rule matches, and prints the reason of the rule', async () => {
      const rules = [
        { kind: 'column', name: 'orders.note', reason: 'the import needs it' },
        { kind: 'index', reason: 'long ago', expires: '2020-01-31' },
        { name: 'nothing_*', reason: 'just in case', expires: '2999-01-31' },
      ];
      const cwd = await configured({ ignore: rules });
      const database = await databaseOf(3, 'ALTER TABLE orders ADD note text');
      const passed = await check(database, [], { cwd });
      expect(passed.code).toBe(0);
      expect(passed.stdout).toContain('1 change ignored');
      expect(passed.stderr.split('\n')).toEqual([
        'driftmark: ignore rule expired on 2020-01-31: index (long ago)',
        'driftmark: unused ignore rule: any object nothing_* (just in case)',
        '',
      ]);
      await database.sql('CREATE INDEX ON orders (note)');
      const { code, stdout } = await check(database, [], { cwd });
      expect(code).toBe(2);
      expect(stdout).toContain('1 change ignored (rule: the import needs it)');
      expect(stdout).toMatch(/differs from report\.sql\.md: 1 change$/m);
    });

    it('prints a notice about schemas that the report does not cover', async () => {
      const database = await databaseOf(3, 'CREATE SCHEMA theirs; CREATE TABLE theirs.t (a int)');
      const { code, stderr } = await check(database);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^driftmark: postgres@\S+ also has schemas that report\.sql\.md does not cover: theirs\n$/,
      );
    });
  });

  describe('without --url', () => {
    const live = (env: NodeJS.ProcessEnv, cwd = here().project.dir) =>
      driftmarkHere(['check', '--live'], { cwd, env: { ...NO_SCRATCH, ...env } });

    it('--live checks the database in DRIFTMARK_URL or the PG* variables', async () => {
      const { host, port, user, database } = here().head.connection;
      const variables = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGDATABASE: database };
      for (const env of [{ DRIFTMARK_URL: here().head.url() }, variables]) {
        const { code, stdout } = await live(env);
        expect(code).toBe(0);
        expect(stdout).toContain(database);
      }
    });

    it('check without --live does not use the variables', async () => {
      const { code, stdout } = await driftmarkHere(['check', '--no-down'], {
        cwd: here().project.dir,
        env: {
          ...here().scratch,
          DRIFTMARK_URL: 'postgres://nobody@127.0.0.1:1/x',
          PGHOST: '127.0.0.1',
          PGPORT: '1',
        },
      });
      expect(code).toBe(0);
      expect(stdout).toContain('3 migrations');
    });

    it('--live checks the database in the config of each target', async () => {
      const cwd = await here().project.copy({
        'driftmark.config.json': JSON.stringify({
          targets: [
            { name: 'one', url: '${ONE}' },
            { name: 'two', url: '${TWO}' },
          ],
        }),
      });
      const behind = await databaseOf(2);
      const { code, stdout } = await live(
        { ...here().scratch, ONE: here().head.url(), TWO: behind.url(), DRIFTMARK_POSTGRES_BIN: '' },
        cwd,
      );
      expect(code).toBe(2);
      expect(stdout).toMatch(/^✓ one {3}\S+ in sync/m);
      expect(stdout).toMatch(/^✗ two {3}.*2 changes \(pending\)/m);
      expect(stdout).toMatch(/^2 targets: 1 drifted, 1 in sync$/m);
      const unset = await live({ ONE: here().head.url() }, cwd);
      expect(unset.code).toBe(1);
      expect(unset.stderr).toContain('The environment variable TWO is not set.');
    });
  });

  it.each([
    {
      of: '--live without a database',
      args: ['--live'],
      says: 'Set `url` in the config, DRIFTMARK_URL, or the PG* variables',
    },
    {
      of: 'an option that needs a live database',
      args: ['--retries', '2'],
      says: '--retries only applies to live databases',
    },
    { of: 'a URL as a target', args: ['postgres://u:hunter2@h/d'], says: 'pass its URL with --url' },
    {
      of: 'a URL of another protocol',
      args: ['--url', 'mysql://u:hunter2@h/d'],
      says: '--url: The connection URL',
    },
    {
      of: 'a port that is not a number',
      args: ['--url', 'postgres://u:hunter2@h:x/d'],
      says: 'its port is not a number',
    },
    {
      of: 'a URL as the file of --urls-from',
      args: ['--urls-from', 'postgres://u:hunter2@h/d'],
      says: '--urls-from could not be read',
    },
    {
      of: '--live with --url',
      args: ['--live', '--url', 'postgres://u:hunter2@h/d'],
      says: 'cannot be used with',
    },
    { of: 'a mistyped flag', args: ['--ulr', 'postgres://u:hunter2@h/d'], says: 'unknown option' },
    {
      of: 'a URL that cannot be reached',
      args: ['--url', 'postgres://u:hunter2@127.0.0.1:1/d', '--retries', '0'],
      says: 'ECONNREFUSED',
    },
    {
      of: 'a password in a parameter',
      args: ['--url', 'postgres://u@127.0.0.1:1/d?password=hunter2', '--retries', '0'],
      says: 'ECONNREFUSED',
    },
    {
      of: 'a password with special characters',
      args: ['--url', 'postgres://u:hunter2/@:hunter2@127.0.0.1:1/d'],
      says: 'not valid',
    },
  ])('exits 1 and does not print the password for $of', async ({ args, says }) => {
    for (const more of [[], ['--reporter', 'json'], ['--reporter', 'github']]) {
      const { code, stdout, stderr } = await driftmarkHere(['check', ...args, ...more], {
        cwd: here().project.dir,
      });
      expect(code).toBe(1);
      expect(stdout + stderr).toContain(says);
      expect(stdout + stderr).not.toContain('hunter2');
    }
  });

  it('refuses --url with two targets', async () => {
    const cwd = await here().project.copy({
      'driftmark.config.json': JSON.stringify({ targets: [{ name: 'one' }, { name: 'two' }] }),
    });
    const { code, stderr } = await check(here().head, [], { cwd });
    expect(code).toBe(1);
    expect(stderr).toContain('A database URL requires exactly one target, but 2 were found: one, two.');
  });
});
