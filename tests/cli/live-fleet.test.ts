import { Ajv } from 'ajv';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { driftmarkHere } from '../support/in-process.js';
import {
  liveDatabase,
  liveProject,
  upTo,
  type LiveDatabase,
  type LiveProject,
} from '../support/live-project.js';
import { listener } from '../support/listener.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { runsAll } from '../support/selection.js';

const DEAD = 'postgres://app:hunter2@127.0.0.1:1/shop';

describe('check of a fleet', () => {
  let test: TestServer;
  let project: LiveProject;
  /** A project with a report only, so that changes get no verdicts. */
  let cwd: string;
  let databases: readonly LiveDatabase[];
  let tenants: LiveDatabase;

  beforeAll(async () => {
    test = await startServer();
    project = await liveProject();
    cwd = await project.copy({ migrations: undefined });
    const [head, before] = [await upTo(3), await upTo(2)];
    const sqls = Array.from({ length: 11 }, (_, at) => (at === 3 || at === 7 ? before : head));
    databases = await Promise.all(sqls.map((sql) => liveDatabase(test.server, sql)));
    const schema = (at: number) =>
      `CREATE SCHEMA "tenant_${at}"; SET search_path = "tenant_${at}"; ${at % 13 === 0 ? before : head};`;
    tenants = await liveDatabase(
      test.server,
      Array.from({ length: 30 }, (_, at) => schema(at + 1)).join('\n'),
    );
  });
  afterAll(async () => {
    await project.remove();
    await test.stop();
  });

  const urls = () => [...databases.map((database) => database.url()), DEAD];
  const check = (args: readonly string[], stdin = '', env: NodeJS.ProcessEnv = {}) =>
    driftmarkHere(['check', '--retries', '0', ...args], {
      cwd,
      stdin,
      env: { DRIFTMARK_POSTGRES_BIN: '/nonexistent', ...env },
    });

  describe('of databases', () => {
    it('prints a line per database, each different drift once, and a summary', async () => {
      const { code, stdout, stderr } = await check(
        ['--urls-from', '-'],
        `# the shops\n\n${urls().join('\n')}\n`,
      );
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      const [lines = '', ...blocks] = stdout.split('\n\n');
      expect(lines.split('\n')).toHaveLength(12);
      expect(lines.match(/^✓ \S+ +in sync \(\d+\.\d s\)$/gm)).toHaveLength(9);
      expect(lines).toMatch(
        /^✗ app@127\.0\.0\.1:1\/shop +cannot connect: connection refused \(ECONNREFUSED\)/m,
      );
      const drifted = [databases[3], databases[7]].map(
        (database) => `    postgres@.*/${database?.name ?? ''}\n?`,
      );
      expect(blocks[0]).toMatch(
        /^✗ 2 databases share this drift: 2 changes.* \(fingerprint [0-9a-f]{12}\)\n/,
      );
      for (const name of drifted) expect(blocks[0]).toMatch(new RegExp(name));
      expect(stdout.match(/column currency/g)).toHaveLength(1);
      expect(stdout.match(/^ {2}\+\+\+ database$/gm)).toHaveLength(1);
      expect(stdout).toMatch(/\n12 databases: 9 match, 2 share a drift, 1 failed to connect\n$/);
      expect(stdout).not.toContain('hunter2');
    });

    it('prints JSON that is valid for docs/schemas', async () => {
      const file = await project.copy({ 'urls.txt': urls().join('\r\n') });
      const { code, stdout } = await check([
        '--urls-from',
        path.join(file, 'urls.txt'),
        '--reporter',
        'json',
      ]);
      const result = JSON.parse(stdout) as {
        groups: { exitCode: number; databases: string[] }[];
        targets: object[];
      };
      const schema = JSON.parse(await readFile('docs/schemas/result.schema.json', 'utf8')) as object;
      const validate = new Ajv({ strict: true, allErrors: true }).compile(schema);
      validate(result);
      expect({ code, errors: validate.errors ?? [] }).toEqual({ code: 1, errors: [] });
      expect(result).toMatchObject({
        exitCode: 1,
        counts: { inSync: 9, drift: 2, failed: 1, incomplete: 0 },
      });
      expect(result.groups.map((group) => [group.exitCode, group.databases.length])).toEqual([
        [0, 9],
        [2, 2],
        [1, 1],
      ]);
      expect(result.targets).toHaveLength(12);
      expect(stdout).not.toContain('hunter2');
    });

    it.each(['markdown', 'junit', 'github', 'text'])(
      'groups databases with the same drift in the reporter %s',
      async (reporter) => {
        const { code, stdout } = await check(['--urls-from', '-', '--reporter', reporter], urls().join('\n'));
        expect(code).toBe(1);
        expect(stdout).toContain('currency');
        expect(stdout).not.toContain('hunter2');
        if (reporter === 'markdown') {
          expect(stdout).toMatch(/^## ✗ 12 databases: 9 match, 2 share a drift, 1 failed to connect$/m);
          expect(stdout.match(/column currency/g)).toHaveLength(1);
        }
        if (reporter === 'junit') {
          expect(stdout.match(/<testcase/g)).toHaveLength(12);
          expect(new Set(stdout.match(/<testcase name="[^"]*"/g)).size).toBe(12);
        }
      },
    );

    it('warns once about an ignore rule that no database needs, and not about one that a single database needs', async () => {
      await databases[0]?.sql('ALTER TABLE orders ADD note text');
      const rules = [
        { kind: 'column', name: 'orders.note', reason: 'the first needs it' },
        { kind: 'view', reason: 'for an old view' },
      ];
      const configured = await project.copy({
        'driftmark.config.json': JSON.stringify({ ignore: rules }),
        migrations: undefined,
      });
      const args = ['check', ...databases.slice(0, 3).flatMap((database) => ['--url', database.url()])];
      const { code, stderr, stdout } = await driftmarkHere([...args, '--reporter', 'json'], {
        cwd: configured,
      });
      await databases[0]?.sql('ALTER TABLE orders DROP note');
      const warning = 'unused ignore rule: view (for an old view)';
      expect({ code, stderr }).toEqual({ code: 0, stderr: `driftmark: ${warning}\n` });
      expect(JSON.parse(stdout)).toMatchObject({
        warnings: [warning],
        groups: [{ databases: { length: 3 } }],
      });
    });

    it.runIf(runsAll)('checks databases that answer before 20 that do not answer', async () => {
      const hole = await listener(() => undefined);
      try {
        const silent = Array.from(
          { length: 20 },
          (_, at) => `postgres://app@127.0.0.1:${hole.port}/shop_${at}`,
        );
        const all = [...silent, ...databases.map((database) => database.url())];
        const { code, stdout, stderr } = await check(
          ['--urls-from', '-', '--connect-timeout', '5'],
          all.join('\n'),
        );
        expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
        const marks =
          stdout
            .split('\n\n')[0]
            ?.split('\n')
            .map((line) => line.includes('cannot connect')) ?? [];
        // The databases that answer are printed first.
        expect(marks).toEqual([...databases.map(() => false), ...silent.map(() => true)]);
      } finally {
        hole.close();
      }
    });

    it('exits 1, names each line that is not a URL, and checks no database', async () => {
      const { code, stdout, stderr } = await check(
        ['--urls-from', '-'],
        `${databases[0]?.url() ?? ''}\nhost=a\n\npostgres://u:hunter2@[::1/d\n`,
      );
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('stdin:2: ');
      expect(stderr).toContain('stdin:4: ');
      expect(stderr).not.toContain('hunter2');
    });
  });

  describe('of schemas in one database', () => {
    it('prints a line per tenant schema', async () => {
      const { code, stdout, stderr } = await check(['--url', tenants.url(), '--schema', 'tenant_*']);
      expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
      expect(stdout.match(/^✓ tenant_\d+ {3}in sync/gm)).toHaveLength(28);
      expect(stdout).toMatch(
        /^✗ 2 schemas share this drift: 2 changes.* \(fingerprint [0-9a-f]{12}\)\n {4}tenant_13\n {4}tenant_26\n\n[^]*^ {2}table orders\n/m,
      );
      expect(stdout).toMatch(
        new RegExp(`\n30 schemas of postgres@\\S+/${tenants.name}: 28 match, 2 share a drift\n$`),
      );
    });

    it('gives a tenant schema the same result as a check of that schema alone', async () => {
      const fingerprints = async (globs: readonly string[]) => {
        const flags = globs.flatMap((glob) => ['--schema', glob]);
        const { stdout } = await check(['--url', tenants.url(), ...flags, '--reporter', 'json']);
        const { targets } = JSON.parse(stdout) as {
          targets: { live: { schema: string; fingerprint: string } }[];
        };
        return new Map(targets.map(({ live }) => [live.schema, live.fingerprint]));
      };
      const all = await fingerprints(['tenant_*']);
      for (const name of ['tenant_1', 'tenant_2', 'tenant_26'])
        expect((await fingerprints([name])).get(name)).toBe(all.get(name));
      expect(new Set(all.values()).size).toBe(2);
    });

    it('distinguishes tenant schemas that differ in one property, and hidden ones', async () => {
      await tenants.sql(`CREATE ROLE teller LOGIN; CREATE ROLE clerk;
        DO $$ BEGIN FOR n IN 1..30 LOOP EXECUTE format('GRANT USAGE ON SCHEMA tenant_%s TO teller', n); END LOOP; END $$;
        REVOKE USAGE ON SCHEMA tenant_9 FROM teller;
        GRANT SELECT ON tenant_4.orders TO clerk; COMMENT ON COLUMN tenant_5.orders.total IS 'of tenant_5.orders';
        ALTER TABLE tenant_6.orders ALTER status SET DEFAULT 'paid'`);
      // Two different defaults are compared on a scratch server.
      const { code, stdout } = await check(['--url', tenants.url('teller'), '--schema', 'tenant_*'], '', {
        DRIFTMARK_POSTGRES_BIN: '',
      });
      expect(code).toBe(2);
      expect(stdout).toMatch(/^✗ tenant_9 {3}incomplete: GRANT USAGE ON SCHEMA tenant_9 TO teller;/m);
      for (const name of ['tenant_4', 'tenant_5', 'tenant_6'])
        expect(stdout).toMatch(
          new RegExp(
            `^✗ 1 schema has this drift: 1 change.* \\(fingerprint [0-9a-f]{12}\\)\n {4}${name}$`,
            'm',
          ),
        );
      expect(stdout).toMatch(
        /\n30 schemas of \S+: 24 match, 2 share a drift, 3 each have a different drift, 1 incomplete\n$/,
      );
    });

    it('exits 1 if no schema matches', async () => {
      const { code, stdout } = await check(['--url', tenants.url(), '--schema', 'shop_*']);
      expect(code).toBe(1);
      expect(stdout).toContain('has no schema that matches shop_*');
    });
  });
});
