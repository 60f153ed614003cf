import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { driftmark } from '../support/cli.js';
import { liveCheck, NO_SCRATCH } from '../support/live-check.js';
import { stableOutput } from '../support/stable-output.js';
import { driftmarkHere } from '../support/in-process.js';
import { listener } from '../support/listener.js';
import { MIGRATIONS } from '../support/live-project.js';

const NAMES = MIGRATIONS.map((name) => `${name}.up.sql`);
/** The history table of a migration tool after the first migrations. */
const historyTable = (count: number, ...others: readonly string[]) =>
  `CREATE TABLE schema_migrations (version text);
   ${[...MIGRATIONS.slice(0, count).map((name) => name.slice(0, 14)), ...others]
     .map((version) => `INSERT INTO schema_migrations VALUES ('${version}');`)
     .join('\n')}`;

describe('check of a live database', () => {
  const { here, check, databaseOf } = liveCheck();

  it('prints one line if the database is in sync, and starts no scratch server', async () => {
    const { code, stdout, stderr } = await check(here().head, [], { env: NO_SCRATCH });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^✓ @acme\/orders {3}postgres@\S+ in sync \(2 tables, PostgreSQL \d+\.\d+, \d+\.\d s\)\n$/,
    );
  });

  describe('that differs from the report', () => {
    it.each([
      {
        of: 'pending migrations, from the history table',
        count: 1,
        sql: historyTable(1),
        says: [
          /3 changes \(pending\).*, all ignored/,
          `ignored, ${NAMES[1] ?? ''}`,
          `ignored, ${NAMES[2] ?? ''}`,
        ],
        withPending: 0,
      },
      {
        of: 'pending migrations, without a history table',
        count: 2,
        sql: '',
        says: [/2 changes \(pending\)/, `ignored, ${NAMES[2] ?? ''}`],
        withPending: 0,
      },
      {
        of: 'a pending migration before one that was run',
        count: 1,
        sql: `${historyTable(1, '20260305090000')} ALTER TABLE orders ADD currency character(3) NOT NULL DEFAULT 'EUR';
          DROP INDEX orders_total_idx`,
        says: [/1 change \(pending\)/, `ignored, ${NAMES[1] ?? ''}`],
        withPending: 0,
      },
      {
        of: 'a column that no migration adds, as out of band',
        count: 3,
        sql: `${historyTable(3)} ALTER TABLE orders ADD note text`,
        says: [
          /1 change \(out of band\)/,
          /Out of band:\n {4}table orders\n {6}\+ column note {2}text\n/,
          /^ {2}Out of band: add/m,
        ],
        withPending: 2,
      },
      {
        of: 'a column that was dropped after its migration, as out of band',
        count: 3,
        sql: `${historyTable(3)} ALTER TABLE orders DROP currency`,
        says: [/1 change \(out of band\)/],
        withPending: 2,
      },
      {
        of: 'pending migrations and a change out of band',
        count: 2,
        sql: 'ALTER TABLE customers ADD phone text',
        says: [/3 changes \(1 out of band, 2 pending\)/],
        withPending: 2,
      },
      {
        of: 'a migration of another branch, as ahead',
        count: 3,
        sql: `${historyTable(3, '20270101000000')} CREATE TABLE refunds (id bigint)`,
        says: [
          /1 change \(ahead\)/,
          'Ahead: the database has run 20270101000000, which this checkout does not contain',
        ],
        withPending: 2,
      },
      {
        of: 'pending migrations, if the history table belongs to another project',
        count: 2,
        sql: `CREATE TABLE schema_migrations (version text); INSERT INTO schema_migrations VALUES ('1'), ('2')`,
        says: [/2 changes \(pending\)/],
        withPending: 0,
      },
    ])('reports $of', async ({ count, sql, says, withPending }) => {
      const database = await databaseOf(count, sql);
      const { code, stdout } = await check(database, ['--allow-pending']);
      expect(code).toBe(withPending);
      for (const text of says) expect(stdout).toMatch(text);
    });

    it('exits 2 for pending migrations, unless an option or the config allows them', async () => {
      const database = await databaseOf(1, 'ALTER TABLE customers ADD phone text');
      const { code, stdout } = await check(database);
      expect(code).toBe(2);
      await expect(stableOutput(stdout).replace(/\S+@\S+/g, '<database>')).toMatchFileSnapshot(
        'messages/pending-and-out-of-band.txt',
      );
      await database.sql('ALTER TABLE customers DROP phone');
      const cwd = await here().project.copy({ 'driftmark.config.json': '{ "allowPending": true }' });
      expect((await check(database, [], { cwd })).code).toBe(0);
    });

    it('reports a stale report, if the report was not updated after a migration', async () => {
      const cwd = await here().project.copy({
        'report.sql.md': await readFile('fixtures/stories/stale/report.sql.md', 'utf8'),
      });
      const { code, stdout } = await check(here().head, [], { cwd });
      expect(code).toBe(2);
      expect(stdout).toMatch(/3 changes \(stale report\)/);
      expect(stdout).toContain('Stale report: npx driftmark update');
    });

    it('reports another order of columns, and exits 0 unless --fail-on has the class order', async () => {
      const database = await databaseOf(
        3,
        'ALTER TABLE orders DROP placed_at; ALTER TABLE orders ADD placed_at timestamptz',
      );
      const told = await check(database, [], { cwd: here().reportOnly });
      expect(told).toMatchObject({ code: 0 });
      expect(told.stdout).toMatch(/^✓ .*differs from report\.sql\.md: 1 change.*, all ignored/);
      expect((await check(database, ['--fail-on', 'order'], { cwd: here().reportOnly })).code).toBe(2);
    });

    it('exits 0 if all changes are of ignored classes', async () => {
      const database = await databaseOf(3, 'ALTER TABLE orders ADD note text');
      expect((await check(database, ['--ignore', 'additive'], { cwd: here().reportOnly })).code).toBe(0);
      expect((await check(database, ['--fail-on', 'breaking'], { cwd: here().reportOnly })).code).toBe(0);
      expect((await check(database, ['--fail-on', 'additive'], { cwd: here().reportOnly })).code).toBe(2);
    });

    it('works with a report only, without migrations', async () => {
      const cwd = here().reportOnly;
      const database = await databaseOf(3, 'ALTER TABLE orders ADD note text');
      expect((await check(here().head, [], { cwd, env: NO_SCRATCH })).code).toBe(0);
      const { code, stdout, stderr } = await check(database, [], { cwd, env: NO_SCRATCH });
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(stdout).toMatch(/1 change$/m);
      expect(stdout).toMatch(/^ {2}To fix: add a migration for it/m);
    });

    it('reports the changes without verdicts if the migrations fail', async () => {
      const cwd = await here().project.copy({ 'migrations/20260401000000_bad.up.sql': 'SELECT 1/0;' });
      const database = await databaseOf(3, 'ALTER TABLE orders ADD note text');
      const { code, stdout, stderr } = await check(database, [], { cwd });
      expect(code).toBe(2);
      const printed = stableOutput(stdout + stderr).replace(/\S+@\S+/g, '<database>');
      await expect(printed.replace(/fingerprint \w+/, 'fingerprint 0')).toMatchFileSnapshot(
        'messages/attribution-fails.txt',
      );
    });
  });

  describe('with a report in the backstage format', () => {
    it('compares only what the format supports', async () => {
      const cwd = await here().project.copy({ 'report.sql.md': undefined });
      const made = await driftmarkHere(['update', '--report-format', 'backstage'], {
        cwd,
        env: here().scratch,
      });
      expect(made.code).toBe(0);
      expect(await readFile(path.join(cwd, 'report.sql.md'), 'utf8')).not.toContain('driftmark format');
      const other = await databaseOf(
        3,
        `ALTER TABLE orders ADD CHECK (total < 10); COMMENT ON TABLE orders IS 'x'`,
      );
      expect((await check(other, [], { cwd, env: NO_SCRATCH })).code).toBe(0);
      const { code, stdout } = await check(await databaseOf(2), [], { cwd });
      expect(code).toBe(2);
      expect(stdout).toMatch(/2 changes \(pending\)/);
    });
  });

  describe('that cannot be checked', () => {
    it.each([
      { of: 'a missing report', file: undefined, says: 'Report report.sql.md does not exist' },
      { of: 'conflict markers', file: '<<<<<<< HEAD\n=======\n>>>>>>> x\n', says: 'conflict markers' },
    ])('exits 1 for $of', async ({ file, says }) => {
      const cwd = await here().project.copy({ 'report.sql.md': file });
      const { code, stdout } = await check(here().head, [], { cwd, env: NO_SCRATCH });
      expect(code).toBe(1);
      expect(stdout).toContain(says);
    });

    it('exits 3 if an object is hidden, and prints the GRANT that makes it visible', async () => {
      const database = await databaseOf(
        3,
        'CREATE ROLE blind LOGIN; REVOKE USAGE ON SCHEMA public FROM PUBLIC',
      );
      const { code, stdout } = await check({ url: () => database.url('blind') });
      expect(code).toBe(3);
      await expect(stableOutput(stdout).replace(/\S+@\S+/g, '<database>')).toMatchFileSnapshot(
        'messages/role-sees-too-little.txt',
      );
      await database.sql('GRANT USAGE ON SCHEMA public TO blind');
      expect((await check({ url: () => database.url('blind') }, ['--ignore', 'privileges'])).code).toBe(0);
    });

    it('exits 1 when the server is another product', async () => {
      const { host, port, user, database } = here().head.connection;
      // A proxy to the real server, which replaces the version by that of another product, with the same number of bytes.
      const proxy = await listener((socket) => {
        const upstream = net.connect(path.join(host, `.s.PGSQL.${port}`));
        upstream.on('error', () => undefined);
        socket.on('close', () => upstream.destroy());
        socket.pipe(upstream);
        upstream.on('data', (chunk) => {
          socket.write(chunk.toString('latin1').replace('PostgreSQL ', 'CockroachDB'), 'latin1');
        });
      });
      const url = `postgres://${user}@127.0.0.1:${proxy.port}/${database}?sslmode=disable`;
      const { code, stdout } = await check({ url: () => url });
      proxy.close();
      expect(stdout).toContain('is not PostgreSQL but CockroachDB');
      expect(code).toBe(1);
    });
  });

  it('gives the same result for four roles, except for the privilege that one of them reads with', async () => {
    const database = await databaseOf(
      3,
      'CREATE ROLE weak LOGIN; CREATE ROLE reading LOGIN; CREATE ROLE mighty LOGIN; ALTER TABLE orders ADD note text',
    );
    await database.sql('GRANT SELECT ON orders TO reading; GRANT pg_read_all_data TO mighty');
    interface Change {
      readonly kind: string;
      readonly type: string;
      readonly identity: readonly string[];
    }
    const changesSeenBy = async (role?: string) => {
      const { code, stdout } = await check({ url: () => database.url(role) }, ['--reporter', 'json'], {
        cwd: here().reportOnly,
      });
      expect(code).toBe(2);
      const { targets } = JSON.parse(stdout) as { targets: { changes: Change[] }[] };
      return targets[0]?.changes.map(({ kind, type, identity }) => `${type}: ${kind} ${identity.join('.')}`);
    };
    const bySuperuser = await changesSeenBy();
    expect(bySuperuser).toEqual(['changed: table public.orders', 'added: column public.orders.note']);
    expect(await changesSeenBy('weak')).toEqual(bySuperuser);
    expect(await changesSeenBy('mighty')).toEqual(bySuperuser);
    expect(await changesSeenBy('reading')).toEqual(bySuperuser?.slice(1));
  });

  it('prints JSON that is valid for docs/schemas', async () => {
    const schema = JSON.parse(await readFile('docs/schemas/result.schema.json', 'utf8')) as object;
    const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
    const database = await databaseOf(
      2,
      'ALTER TABLE customers ADD phone text; CREATE SCHEMA theirs; CREATE TABLE alembic_version (v text)',
    );
    const { code, stdout } = await check(database, ['--reporter', 'json']);
    const result = JSON.parse(stdout) as { targets: { changes: object[] }[] };
    validate(result);
    expect({ code, errors: validate.errors ?? [] }).toEqual({ code: 2, errors: [] });
    expect(result).toMatchObject({
      exitCode: 2,
      counts: { drift: 1 },
      warnings: [],
      targets: [
        {
          result: 'drift',
          reason: 'live',
          live: {
            fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
            leftOut: [{ reason: 'preset: migration-tools', count: 1 }],
            otherSchemas: ['theirs'],
            pending: [NAMES[2]],
            unknown: [],
          },
        },
      ],
    });
    const verdicts = result.targets[0]?.changes.map((change) => 'verdict' in change && change.verdict);
    expect(verdicts?.sort()).toEqual(['out of band', 'pending', 'pending']);
  });

  it('ends by itself as a separate process', async () => {
    const { code, stdout, stderr } = await driftmark(['check', '--url', here().head.url()], {
      cwd: here().project.dir,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('in sync');
  });
});
