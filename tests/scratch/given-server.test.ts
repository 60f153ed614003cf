import net from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { withScratchServer, type ScratchOptions, type ScratchServer } from '#src/scratch/scratch.js';
import { makeSurroundings, program, projectDir, query, type Surroundings } from './surroundings.js';

let around: Surroundings;
/** The server of the user: an embedded server that runs until the tests end. */
let admin: ConnectionSettings;
let finish: () => void = () => undefined;
let finished: Promise<void>;
const notices: string[] = [];

beforeAll(async () => {
  around = makeSurroundings();
  await new Promise<void>((started, failed) => {
    finished = withScratchServer(around.options, async (server) => {
      admin = (await server.createDatabase()).connection;
      await query(admin, 'CREATE ROLE maker LOGIN CREATEDB', 'CREATE ROLE "Lim ited" LOGIN');
      started();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    });
    finished.catch(failed);
  });
});
afterAll(async () => {
  finish();
  await finished;
  around.remove();
});
beforeEach(() => {
  notices.length = 0;
});

function url(user = 'maker', database = 'postgres'): string {
  return `postgres://${encodeURIComponent(user)}@/${database}?host=${encodeURIComponent(admin.host)}`;
}

function on(scratchUrl: string, more: Partial<ScratchOptions> = {}): ScratchOptions {
  return { engine: 'server', scratchUrl, projectDir, notice: (text) => notices.push(text), ...more };
}

async function databases(): Promise<string[]> {
  const rows = await query(admin, 'SELECT datname FROM pg_database ORDER BY oid');
  return rows.map(({ datname }) => String(datname)).filter((name) => name !== admin.database);
}

const nothing = (): Promise<void> => Promise.resolve();
const usual = ['postgres', 'template0'];

describe('a scratch server that the user provides', () => {
  it('creates databases from template0 with UTF8 and locale C, and drops them at the end', async () => {
    await withScratchServer(on(url()), async (server) => {
      const first = await server.createDatabase();
      await query(first.connection, 'CREATE TABLE a (b int)', 'CREATE SCHEMA c');
      const clone = await server.cloneDatabase(first);
      const rows = await query(
        clone.connection,
        `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, 'a'::regclass::text AS moved
           FROM pg_database WHERE datname = current_database()`,
      );
      expect(rows).toEqual([{ encoding: 'UTF8', datcollate: 'C', datctype: 'C', moved: 'a' }]);
      expect(await databases()).toEqual(
        expect.arrayContaining([first.connection.database, clone.connection.database]),
      );
      const [version] = await query(admin, 'SHOW server_version_num');
      expect(String(server.versionNum)).toBe(version?.server_version_num);
    });
    expect((await databases()).sort()).toEqual(usual);
    expect(notices).toEqual([]);
  });

  it('drops its databases even with connections, after a failure and after an abort', async () => {
    const failure = new Error('mine');
    let client: pg.Client | undefined;
    const enter = async (server: ScratchServer): Promise<void> => {
      client = new pg.Client({ ...(await server.createDatabase()).connection });
      client.on('error', () => undefined);
      await client.connect();
    };
    const failing = withScratchServer(on(url()), async (server) => {
      await enter(server);
      throw failure;
    });
    await expect(failing).rejects.toBe(failure);
    expect((await databases()).sort()).toEqual(usual);

    const abort = new AbortController();
    const aborted = withScratchServer(on(url(), { signal: abort.signal }), async (server) => {
      await enter(server);
      abort.abort();
      await new Promise(() => undefined);
    });
    await expect(aborted).rejects.toMatchObject({ code: 'interrupted' });
    expect((await databases()).sort()).toEqual(usual);
  });

  it('drops its databases if its own session was ended', async () => {
    await withScratchServer(on(url()), async (server) => {
      await server.createDatabase();
      await query(
        admin,
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'postgres' AND usename = 'maker'",
      );
    });
    expect((await databases()).sort()).toEqual(usual);
    expect(notices).toEqual([]);
  });

  it('overrides the settings of the role in its databases', async () => {
    await query(
      admin,
      "ALTER ROLE maker SET TimeZone = 'Asia/Tokyo'",
      'ALTER ROLE maker SET search_path = x',
    );
    await withScratchServer(on(url()), async (server) => {
      const first = await server.createDatabase();
      for (const { connection } of [first, await server.cloneDatabase(first)]) {
        expect(
          await query(
            connection,
            "SELECT current_setting('TimeZone') AS zone, current_setting('search_path') AS path",
          ),
        ).toEqual([{ zone: 'UTC', path: '"$user", public' }]);
      }
    });
    expect(
      await query(admin, 'SELECT count(*)::int AS left FROM pg_db_role_setting WHERE setdatabase <> 0'),
    ).toEqual([{ left: 0 }]);
    await query(admin, 'ALTER ROLE maker RESET ALL');
  });

  it('gives a notice about roles that appeared during the run, and keeps them', async () => {
    await withScratchServer(on(url()), () => query(admin, 'CREATE ROLE appeared'));
    expect(notices).toEqual([expect.stringMatching(/roles were created .*: appeared$/)]);
    expect(await query(admin, "SELECT 1 AS there FROM pg_roles WHERE rolname = 'appeared'")).toEqual([
      { there: 1 },
    ]);
    await query(admin, 'DROP ROLE appeared');
  });

  it('ignores the PG* variables', async () => {
    const env = {
      PGUSER: 'other',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c nonsense=1',
      PGPASSWORD: 'x',
      PGDATABASE: 'other',
    };
    const run = program('await server.createDatabase(); print("fine");', {
      env,
      scratch: { engine: 'server', scratchUrl: url() },
    });
    expect((await run.end).output).toBe('"fine"\n');
  });
});

describe('a scratch server with databases of killed runs', () => {
  const now = Math.floor(Date.now() / 1000);
  const hoursAgo = (hours: number): number => now - hours * 3600;

  it('drops databases of killed runs if they have its name, are an hour old and have no session', async () => {
    const old = `driftmark_scratch_${hoursAgo(2)}_abc123`;
    const keep = [
      `driftmark_scratch_${hoursAgo(0)}_abc123`, // young
      `driftmark_scratch_${hoursAgo(2)}_xyz`, // not our form
      `driftmark_scratch_${hoursAgo(2)}_abc123_copy`,
      `my_driftmark_scratch_${hoursAgo(2)}_abc123`,
      `driftmark_scratch_${hoursAgo(2)}_cc`, // entered below
    ];
    for (const name of [old, ...keep])
      await query(admin, `CREATE DATABASE "${name}" OWNER maker TEMPLATE template0`);
    const foreign = `driftmark_scratch_${hoursAgo(3)}_dd`; // of another role
    await query(admin, `CREATE DATABASE "${foreign}" TEMPLATE template0`);
    const client = new pg.Client({ ...admin, database: `driftmark_scratch_${hoursAgo(2)}_cc` });
    await client.connect();

    await withScratchServer(on(url()), nothing);

    const left = await databases();
    expect(left).not.toContain(old);
    expect(left).toEqual(expect.arrayContaining([...keep, foreign]));
    await client.end();
    for (const name of [...keep, foreign]) await query(admin, `DROP DATABASE "${name}" WITH (FORCE)`);
  });
});

describe('a scratch server that cannot be used', () => {
  const refuse = (options: ScratchOptions): Promise<unknown> =>
    withScratchServer(options, nothing).catch((e: unknown) => e);

  it('names the missing privilege and the remedy', async () => {
    expect(await refuse(on(url('Lim ited')))).toMatchObject({
      code: 'scratch-unavailable',
      message: 'The role "Lim ited" lacks the privilege CREATEDB on the scratch server.',
      remedy: 'Ask an administrator to run: ALTER ROLE "Lim ited" CREATEDB;',
    });
  });

  it('fails if the server has another major version than the config asks for', async () => {
    expect(await refuse(on(url(), { postgresVersion: 11 }))).toMatchObject({ code: 'config' });
  });

  it.each([
    {
      what: 'a port without a listener',
      scratchUrl: 'postgres://u:s3cret@127.0.0.1:1/x',
      code: 'connection-failed',
    },
    {
      what: 'an unknown host',
      scratchUrl: 'postgres://u:s3cret@nowhere.invalid/x',
      code: 'connection-failed',
    },
    { what: 'a URL of another protocol', scratchUrl: 'mysql://u:s3cret@localhost/x', code: 'usage' },
    { what: 'a URL that is not valid', scratchUrl: 'postgres://u:s3cret@[::/x', code: 'usage' },
    {
      what: 'a certificate file that does not exist',
      scratchUrl: 'postgres://u:s3cret@h/x?sslrootcert=/no/such',
      code: 'usage',
    },
  ])('fails for $what', async ({ scratchUrl, code }) => {
    const error = await refuse(on(scratchUrl));
    expect(error).toMatchObject({ code, remedy: expect.any(String) as string });
    const run = program('', { scratch: { engine: 'server', scratchUrl } });
    expect((await run.end).output).toContain(code);
    expect(JSON.stringify([error, String((error as Error).stack)])).not.toContain('s3cret');
    expect((await run.end).output).not.toContain('s3cret');
  });

  it('fails if the database of the URL or the URL itself is missing', async () => {
    expect(await refuse(on(url('maker', 'absent')))).toMatchObject({
      code: 'connection-failed',
      details: expect.arrayContaining([{ label: 'code', text: '3D000' }]) as unknown,
    });
    expect(await refuse({ engine: 'server', projectDir, notice: () => undefined })).toMatchObject({
      code: 'usage',
    });
  });

  it.each([
    { what: 'HTTP', greeting: 'HTTP/1.1 400 Bad Request\r\n\r\n', code: 'connection-failed' },
    {
      what: 'an unknown protocol',
      greeting: '\u0001\u0000\u0000\u0000\u0004',
      code: 'server-unsupported',
    },
  ])('fails if the server speaks $what', async ({ greeting, code }) => {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined).end(greeting);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    expect(await refuse(on(`postgres://u@127.0.0.1:${port}/x`))).toMatchObject({
      code,
      remedy: expect.stringContaining('the host and the port of the scratch URL') as string,
    });
    server.close();
  });

  it('stops waiting for a silent server when it is aborted', async () => {
    const server = net.createServer(() => undefined);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as net.AddressInfo;
    const options = on(`postgres://u@127.0.0.1:${port}/x`, { signal: AbortSignal.timeout(200) });
    expect(await refuse(options)).toMatchObject({ code: 'interrupted' });
    server.close();
  });
});
