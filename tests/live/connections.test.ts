import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import { addressFromEnvironment, parseAddress } from '#src/live/connection/address.js';
import { connectLive } from '#src/live/connection/connect.js';
import { driftmark } from '../support/cli.js';
import { freePort, type Cluster } from '../support/cluster.js';
import { listener } from '../support/listener.js';
import { sharedClusters } from '../support/shared-clusters.js';

const hasIpv6 = Object.values(os.networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

describe('a connection', () => {
  let server: Cluster;
  let home: string;
  let deadPort: number;
  const clusters = sharedClusters(18, async ({ make, write }) => {
    server = await make('server', {
      listen_addresses: hasIpv6 ? `'127.0.0.1, ::1'` : `'127.0.0.1'`,
      hba_file: `'${await write(
        'server.hba',
        'local all all trust\nhost all postgres 127.0.0.1/32 trust\nhost all all samehost scram-sha-256\n',
      )}'`,
    });
    await server.start();
    const admin = await server.connect();
    await admin.query(
      `CREATE ROLE "we:ird\\name" LOGIN PASSWORD 'pass:w\\ord'; CREATE ROLE reader LOGIN PASSWORD 'secret'`,
    );
    await admin.end();
    deadPort = await freePort();
  });
  beforeAll(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'dm-home-'));
  });
  afterAll(() => rm(home, { recursive: true, force: true }));
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  async function answerOf(url: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
    const client = await connectLive(parseAddress(url, env));
    try {
      const { rows } = await client.query<{ at: string }>(
        `SELECT coalesce(host(inet_server_addr()), 'socket') AS at`,
      );
      return rows[0]?.at ?? '';
    } finally {
      await client.end();
    }
  }

  async function failureOf(url: string): Promise<DriftmarkError> {
    const error: unknown = await answerOf(url).catch((thrown: unknown) => thrown);
    if (!(error instanceof DriftmarkError)) throw new Error('it did not fail as expected', { cause: error });
    expect(error).toMatchObject({ code: 'connection-failed', exitCode: 1 });
    return error;
  }

  it('is made through a unix socket, however the URL says so', async () => {
    const folder = encodeURIComponent(server.host);
    expect(await answerOf(`postgres://postgres@/postgres?host=${folder}&port=${server.port}`)).toBe('socket');
    expect(await answerOf(`postgres://postgres@${folder}:${server.port}/postgres`)).toBe('socket');
    const env = { PGHOST: server.host, PGPORT: String(server.port), PGUSER: 'postgres' };
    expect(await answerOf('postgres:///postgres', env)).toBe('socket');
    expect(addressFromEnvironment(env)).toMatchObject({ hosts: [{ host: server.host, port: server.port }] });
  });

  it('is made to the first of several hosts that answers', async () => {
    const hosts = `127.0.0.1:${deadPort},127.0.0.1:${server.port}`;
    expect(await answerOf(`postgres://postgres@${hosts}/postgres`)).toBe('127.0.0.1');
    const { details } = await failureOf(`postgres://postgres@127.0.0.1:${deadPort},127.0.0.1:1/postgres`);
    expect(details.map(({ label }) => label)).toEqual([`127.0.0.1:${deadPort}`, '127.0.0.1:1']);
  });

  it('is made to the host that is what is asked for', async () => {
    const url = `postgres://postgres@127.0.0.1:${server.port}/postgres?target_session_attrs=`;
    for (const attrs of ['any', 'primary', 'read-write', 'prefer-standby'])
      expect(await answerOf(url + attrs), attrs).toBe('127.0.0.1');
    const { details } = await failureOf(`${url}standby`);
    expect(details[0]?.text).toContain('not standby');
  });

  it.skipIf(!hasIpv6)('is made to an IPv6 address', async () => {
    const env = { PGPASSWORD: 'secret' };
    expect(await answerOf(`postgres://reader@[::1]:${server.port}/postgres`, env)).toBe('::1');
  });

  const show = (url: string, env: Record<string, string>) =>
    driftmark(['show', url], { cwd: home, env: { HOME: home, ...env } });

  it('takes the password from the password file, with its escapes and wildcards', async () => {
    const file = path.join(home, '.pgpass');
    await writeFile(
      file,
      `# a comment
wrong.example.com:*:*:reader:nonsense
localhost:*:*:we\\:ird\\\\name:pass\\:w\\\\ord
*:${server.port}:*:reader:secret
`,
    );
    await chmod(file, 0o600);
    const at = `localhost:${server.port}/postgres`;
    expect(await show(`postgres://reader@${at}`, {})).toMatchObject({ code: 0 });
    expect(await show(`postgres://we%3Aird%5Cname@${at}`, {})).toMatchObject({ code: 0 });
    const elsewhere = path.join(home, 'passwords');
    await writeFile(elsewhere, `*:*:*:*:secret\n`, { mode: 0o600 });
    await chmod(file, 0o644);
    expect(await show(`postgres://reader@${at}`, { PGPASSFILE: elsewhere })).toMatchObject({ code: 0 });
    // libpq does not read a file that others can read.
    const refused = await show(`postgres://reader@${at}`, {});
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('~/.pgpass');
    expect(refused.stdout + refused.stderr).not.toContain('secret');
  });

  it('gives up on a host that never answers', async () => {
    const hole = await listener(() => undefined);
    const { details } = await failureOf(`postgres://reader@127.0.0.1:${hole.port}/app?connect_timeout=1`);
    expect(details[0]?.text).toBe('no answer within 1 s');
    const hosts = `127.0.0.1:${hole.port},127.0.0.1:${server.port}`;
    expect(await answerOf(`postgres://postgres@${hosts}/postgres?connect_timeout=1`)).toBe('127.0.0.1');
    hole.close();
  });

  it.each([
    ['speaks HTTP', (socket: net.Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['sends random bytes', (socket: net.Socket) => socket.end(Buffer.from('ff00fe01ffffffff0000', 'hex'))],
    ['hangs up', (socket: net.Socket) => socket.destroy()],
  ])('fails in words where what listens %s', async (_what, answer) => {
    const other = await listener((socket) => socket.once('data', () => answer(socket)));
    const error = await failureOf(
      `postgres://reader:hush@127.0.0.1:${other.port}/app?connect_timeout=2&sslmode=disable`,
    );
    expect(error.details[0]?.text).not.toBe('');
    expect(JSON.stringify(error.details) + error.message + (error.remedy ?? '')).not.toContain('hush');
    other.close();
  });

  it('says that a password is wrong, and never which', async () => {
    const error = await failureOf(`postgres://reader:hush@localhost:${server.port}/postgres`);
    expect(error.details[0]?.text).toContain('28P01');
    expect(JSON.stringify([error.message, error.details, error.stack])).not.toContain('hush');
  });
});
