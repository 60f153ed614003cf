import { describe, expect, it } from 'vitest';
import { connect } from '#src/scratch/client.js';
import { withScratchServer } from '#src/scratch/scratch.js';

const options = { engine: 'embedded', projectDir: process.cwd(), notice: () => undefined } as const;
const { signal } = new AbortController();

describe.skipIf(process.platform === 'win32')('the embedded server', () => {
  it('has no TCP port unless one is asked for', async () => {
    await withScratchServer(options, async (server) => {
      const { connection, tcpConnection } = await server.createDatabase();
      expect(tcpConnection).toEqual(connection);
      const client = await connect(connection, signal);
      const { rows } = await client.query('SHOW listen_addresses');
      await client.end();
      expect(rows).toEqual([{ listen_addresses: '' }]);
    });
  });

  it('refuses connections to its loopback port without the password', async () => {
    await withScratchServer({ ...options, tcp: true }, async (server) => {
      const { connection, tcpConnection } = await server.createDatabase();
      expect(tcpConnection).toMatchObject({ host: '127.0.0.1', database: connection.database });
      const { password: _password, ...without } = tcpConnection;
      await expect(connect({ ...tcpConnection, password: 'wrong' }, signal)).rejects.toThrow(/password/);
      await expect(connect(without, signal)).rejects.toThrow(/password/);
      const client = await connect(tcpConnection, signal);
      const { rows } = await client.query('SELECT current_database() AS name');
      await client.end();
      expect(rows).toEqual([{ name: connection.database }]);
    });
  });
});
