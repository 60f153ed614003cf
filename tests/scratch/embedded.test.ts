import { existsSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connect } from '#src/scratch/client.js';
import { withScratchServer } from '#src/scratch/scratch.js';
import { makeSurroundings, program, query, remains, type Surroundings } from './surroundings.js';

let around: Surroundings;
beforeAll(() => {
  around = makeSurroundings();
});
afterAll(() => {
  around.remove();
});
afterEach(() => {
  vi.unstubAllEnvs();
  expect(remains(around)).toEqual([]);
});

describe('the embedded scratch server', () => {
  it('runs PostgreSQL and leaves nothing behind', async () => {
    const version = await withScratchServer(around.options, async (server) => {
      const { connection } = await server.createDatabase();
      expect(remains(around)).not.toEqual([]);
      const [row] = await query(connection, "SELECT current_setting('server_version_num')::int AS version");
      expect(row).toEqual({ version: server.versionNum });
      return server.versionNum;
    });
    expect(version).toBeGreaterThanOrEqual(140_000);
    expect(around.notices).toEqual([]);
  });

  it('creates databases with UTF8, locale C, UTC and no privileges', async () => {
    await withScratchServer(around.options, async (server) => {
      const sql = `SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, datctype, datacl, datistemplate,
        shobj_description(d.oid, 'pg_database') AS comment, current_setting('TimeZone') AS zone,
        (SELECT count(*)::int FROM pg_class) AS relations
        FROM pg_database AS d WHERE datname = current_database()`;
      const first = await server.createDatabase();
      const second = await server.createDatabase();
      const rows = await query(first.connection, sql);
      expect(rows).toMatchObject([
        {
          encoding: 'UTF8',
          datcollate: 'C',
          datctype: 'C',
          datacl: null,
          datistemplate: false,
          comment: null,
          zone: 'UTC',
        },
      ]);
      expect(await query(second.connection, sql)).toEqual(rows);
      for (const { connection } of [first, second]) {
        expect(connection.database).toMatch(/^driftmark_scratch_\d+_[0-9a-f]+$/);
      }
      expect(first.connection.database).not.toBe(second.connection.database);
    });
  });

  it('clones a database and drops one that has a connection', async () => {
    await withScratchServer(around.options, async (server) => {
      const original = await server.createDatabase();
      await query(original.connection, 'CREATE TABLE a (b int)', 'INSERT INTO a VALUES (7)');
      const clone = await server.cloneDatabase(original);
      await query(clone.connection, 'UPDATE a SET b = 8');
      expect(await query(original.connection, 'SELECT b FROM a')).toEqual([{ b: 7 }]);
      const connected = await connect(clone.connection, new AbortController().signal);
      await clone.drop();
      await clone.drop();
      await server.createDatabase();
      await expect(connected.query('SELECT 1')).rejects.toThrow();
      const names = await query(original.connection, 'SELECT datname FROM pg_database');
      expect(names.map(({ datname }) => datname)).not.toContain(clone.connection.database);
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'keeps its data in memory if there is enough and no TMPDIR is set',
    async () => {
      const body = 'print((await server.createDatabase()).connection.host);';
      const { output } = await program(body, { env: { TMPDIR: '', TMP: '', TEMP: '' } }).end;
      const folder = JSON.parse(output) as string;
      const { bavail, bsize } = statfsSync('/dev/shm');
      const isPlenty = Math.min(bavail * bsize, process.availableMemory()) > 2 * 1024 ** 3;
      expect(path.dirname(folder)).toBe(isPlenty ? '/dev/shm' : '/tmp');
      expect(existsSync(folder)).toBe(false);
    },
  );

  it('runs several servers at the same time', async () => {
    const one = async (): Promise<string> =>
      withScratchServer(around.options, async (server) => {
        const { connection } = await server.createDatabase();
        await query(connection, 'CREATE ROLE same', 'CREATE TABLE same ()');
        return connection.host;
      });
    const hosts = await Promise.all([one(), one(), one()]);
    expect(new Set(hosts).size).toBe(3);
  });

  it('returns the result or throws the error of the callback, and cleans up in both cases', async () => {
    expect(await withScratchServer(around.options, () => Promise.resolve('done'))).toBe('done');
    const failure = new Error('mine');
    await expect(withScratchServer(around.options, () => Promise.reject(failure))).rejects.toBe(failure);
  });

  it('ignores the PG* variables', async () => {
    const variables = {
      PGHOST: 'elsewhere.invalid',
      PGPORT: '1',
      PGUSER: 'other',
      PGPASSWORD: 'other',
      PGDATABASE: 'other',
      PGSSLMODE: 'verify-full',
      PGSSLNEGOTIATION: 'direct',
      PGOPTIONS: '-c TimeZone=Asia/Tokyo -c nonsense=1',
      PGAPPNAME: 'other',
      PGDATA: '/nonexistent',
      PGTZ: 'Asia/Tokyo',
      PGCLIENTENCODING: 'LATIN1',
      PGREPLICATION: 'database',
      LC_ALL: 'de_DE.UTF-8',
      TZ: 'Asia/Tokyo',
    };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const connection = await withScratchServer(around.options, async (server) => {
      const made = await server.createDatabase();
      vi.unstubAllEnvs();
      vi.stubEnv('TMPDIR', around.temporary);
      const [row] = await query(made.connection, "SELECT current_setting('TimeZone') AS zone");
      expect(row).toEqual({ zone: 'UTC' });
      return made.connection;
    });
    expect(connection).toMatchObject({ port: 5432, user: 'postgres', ssl: false });
    expect(connection.host).toContain(around.temporary);
  });

  it('listens only on a private socket', async () => {
    await withScratchServer(around.options, async (server) => {
      const { connection } = await server.createDatabase();
      const rows = await query(
        connection,
        `SELECT name, setting FROM pg_settings
          WHERE name IN ('listen_addresses', 'unix_socket_permissions', 'fsync', 'autovacuum') ORDER BY name`,
      );
      expect(rows).toEqual([
        { name: 'autovacuum', setting: 'off' },
        { name: 'fsync', setting: 'off' },
        { name: 'listen_addresses', setting: '' },
        { name: 'unix_socket_permissions', setting: '0700' },
      ]);
    });
  });
});
