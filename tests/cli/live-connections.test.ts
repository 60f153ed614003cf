import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { authority, signedBy } from '../support/certificates.js';
import { driftmark, type CliResult } from '../support/cli.js';
import { freePort, type Cluster } from '../support/cluster.js';
import { listener, type Listener } from '../support/listener.js';
import { runsAll } from '../support/selection.js';
import { sharedClusters } from '../support/shared-clusters.js';

/** A project whose report matches its migrations. */
const PROJECT = path.resolve('fixtures/stories/in-sync');
const migration = () => readFile(path.join(PROJECT, 'migrations/20260101090000_orders.up.sql'), 'utf8');
const SECRET = 'hunter2';

const hasIpv6 = Object.values(os.networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

/** Runs the command in the project, and checks that the output does not contain the password. */
async function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<CliResult> {
  const result = await driftmark([...args], {
    cwd: PROJECT,
    env: { DRIFTMARK_POSTGRES_BIN: '/nonexistent', ...env },
  });
  expect(result.stdout + result.stderr).not.toContain(SECRET);
  return result;
}

interface Place {
  readonly socket: string;
  readonly port: number;
  /** A port without a listener, and a port whose listener does not answer. */
  readonly dead: number;
  readonly silent: number;
  /** The certificate of the authority that signed the server certificate for `localhost`, and of another authority. */
  readonly ca: string;
  readonly stranger: string;
  /** Home folders: empty, with a password file, and with a password file and a root certificate in libpq's folder. */
  readonly bare: string;
  readonly home: string;
  readonly trusting: string;
}

interface Way {
  readonly way: string;
  readonly args: (at: Place) => readonly string[];
  readonly env: (at: Place) => NodeJS.ProcessEnv;
  /** The connection in the output. */
  readonly at: (at: Place) => string;
  /** Why this machine cannot run the test. */
  readonly skip?: string | undefined;
}

const url = (text: string) => ['--url', text];
const home = (at: Place) => ({ HOME: at.home });
const onLocalhost = (at: Place) => `reader@localhost:${at.port}/shop`;

const WAYS: readonly Way[] = [
  {
    way: 'a password from ~/.pgpass',
    args: (at) => url(`postgres://reader@localhost:${at.port}/shop`),
    env: home,
    at: onLocalhost,
  },
  {
    way: 'the PG* variables',
    args: () => ['--live'],
    env: (at) => ({
      HOME: at.bare,
      PGHOST: 'localhost',
      PGPORT: String(at.port),
      PGUSER: 'reader',
      PGDATABASE: 'shop',
      PGPASSWORD: SECRET,
      PGSSLMODE: 'verify-full',
      PGSSLROOTCERT: at.ca,
      PGCONNECT_TIMEOUT: '30',
    }),
    at: onLocalhost,
  },
  {
    way: 'DRIFTMARK_URL',
    args: () => ['--live'],
    env: (at) => ({ DRIFTMARK_URL: `postgres://reader:${SECRET}@localhost:${at.port}/shop` }),
    at: onLocalhost,
  },
  {
    way: 'a certificate of a private authority',
    args: (at) => url(`postgres://reader@localhost:${at.port}/shop?sslmode=verify-full&sslrootcert=${at.ca}`),
    env: home,
    at: onLocalhost,
  },
  {
    way: 'an authority in ~/.postgresql',
    args: (at) => url(`postgres://reader@localhost:${at.port}/shop?sslmode=verify-full`),
    env: (at) => ({ HOME: at.trusting }),
    at: onLocalhost,
  },
  {
    way: 'the second of two hosts, if the first refuses connections',
    args: (at) => url(`postgres://reader@localhost:${at.dead},localhost:${at.port}/shop`),
    env: home,
    at: (at) => `reader@localhost:${at.dead},localhost:${at.port}/shop`,
  },
  {
    way: 'the second of two hosts, if the first does not answer',
    args: (at) => [
      ...url(`postgres://reader@127.0.0.1:${at.silent},localhost:${at.port}/shop?sslmode=require`),
      '--connect-timeout',
      '1',
    ],
    env: home,
    at: (at) => `reader@127.0.0.1:${at.silent},localhost:${at.port}/shop`,
  },
  {
    way: 'an IPv6 address',
    args: (at) => url(`postgres://reader@[::1]:${at.port}/shop`),
    env: home,
    at: (at) => `reader@[::1]:${at.port}/shop`,
    skip: hasIpv6 ? undefined : 'this machine has no IPv6 loopback',
  },
  {
    way: 'a unix socket',
    args: (at) => url(`postgres://reader@/shop?host=${encodeURIComponent(at.socket)}&port=${at.port}`),
    env: (at) => ({ HOME: at.bare }),
    at: (at) => `reader@${at.socket}:${at.port}/shop`,
  },
];

interface Refusal {
  readonly of: string;
  /** The file with the whole message, unless OpenSSL or the system words a part of it. */
  readonly message?: string;
  readonly args: (at: Place) => readonly string[];
  readonly env?: (at: Place) => NodeJS.ProcessEnv;
  readonly says: RegExp;
  readonly remedy: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    of: 'a wrong password',
    message: 'wrong-password',
    args: () => ['--live'],
    env: (at) => ({ DRIFTMARK_URL: `postgres://reader:${SECRET}!@localhost:${at.port}/shop` }),
    says: /28P01/,
    remedy: 'Check the user and the password',
  },
  {
    of: 'a missing password',
    message: 'missing-password',
    args: (at) => url(`postgres://reader@localhost:${at.port}/shop`),
    says: /the server asks for a password, but none was given/,
    remedy: '~/.pgpass',
  },
  {
    of: 'a certificate of another authority',
    args: (at) =>
      url(
        `postgres://reader:${SECRET}@localhost:${at.port}/shop?sslmode=verify-full&sslrootcert=${at.stranger}`,
      ),
    says: /certificate|self.signed|issuer/i,
    remedy: 'Check sslmode and sslrootcert',
  },
  {
    of: 'a certificate for another host',
    args: (at) =>
      url(`postgres://reader:${SECRET}@127.0.0.1:${at.port}/shop?sslmode=verify-full&sslrootcert=${at.ca}`),
    says: /altnames|IP/,
    remedy: 'Check sslmode and sslrootcert',
  },
  {
    of: 'a host that does not answer',
    message: 'silent-host',
    args: (at) => [
      ...url(`postgres://reader:${SECRET}@127.0.0.1:${at.silent}/shop`),
      '--connect-timeout',
      '0.5',
    ],
    says: /no answer within 0\.5 s\b(?!,)/,
    remedy: 'Check the firewall or VPN, or increase --connect-timeout',
  },
  {
    of: 'several hosts that all refuse connections',
    message: 'refusing-hosts',
    args: (at) => url(`postgres://reader:${SECRET}@127.0.0.1:${at.dead},127.0.0.1:1/shop`),
    says: /127\.0\.0\.1:\d+[^]*connection refused[^]*127\.0\.0\.1:1\b[^]*connection refused/,
    remedy: 'Check that the server is running',
  },
];

describe('check connects to a live database', () => {
  let server: Cluster;
  let folder: string | undefined;
  let place: Place;
  let hole: Listener | undefined;
  const clusters = sharedClusters(18, async ({ make, write }) => {
    const [ca, stranger] = [await authority('a private authority'), await authority('another authority')];
    const own = await signedBy(ca, 'localhost', ['localhost']);
    server = await make('server', {
      listen_addresses: hasIpv6 ? `'127.0.0.1, ::1'` : `'127.0.0.1'`,
      ssl: 'on',
      ssl_cert_file: `'${await write('server.crt', own.cert)}'`,
      ssl_key_file: `'${await write('server.key', own.key)}'`,
      hba_file: `'${await write('hba', 'local all all trust\nhostssl all reader samehost scram-sha-256\n')}'`,
    });
    await server.start();
    const admin = await server.connect();
    await admin.query(`CREATE ROLE reader LOGIN PASSWORD '${SECRET}'`);
    await admin.query('CREATE DATABASE shop');
    await admin.end();
    const shop = await server.connect('shop');
    await shop.query(await migration());
    await shop.end();
    hole = await listener(() => undefined);
    const homes = (folder = await mkdtemp(path.join(os.tmpdir(), 'dm-homes-')));
    const written = async (name: string, text: string, mode = 0o644): Promise<string> => {
      const file = path.join(homes, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text, { mode });
      return file;
    };
    for (const name of ['home', 'trusting'])
      await written(`${name}/.pgpass`, `*:${server.port}:shop:reader:${SECRET}\n`, 0o600);
    await written('trusting/.postgresql/root.crt', ca.cert);
    place = {
      socket: server.host,
      port: server.port,
      dead: await freePort(),
      silent: hole.port,
      ca: await written('ca.crt', ca.cert),
      stranger: await written('stranger.crt', stranger.cert),
      bare: homes,
      home: path.join(homes, 'home'),
      trusting: path.join(homes, 'trusting'),
    };
  });
  afterAll(async () => {
    hole?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  it.for(WAYS)('through $way', async ({ args, env, at, skip: unavailable }, { skip }) => {
    if (unavailable !== undefined) skip(unavailable);
    const { code, stdout, stderr } = await run(['check', ...args(place)], env(place));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`✓ @acme/orders   ${at(place)} in sync (2 tables, PostgreSQL `);
  });

  it.for(REFUSALS)('or exits 1 and names the reason: $of', async ({ args, env, message, says, remedy }) => {
    const outputs = [[], ['--reporter', 'json'], ['--reporter', 'github']].map(async (more) => {
      const flags = ['check', '--retries', '0', ...args(place), ...more];
      const { code, stdout, stderr } = await run(flags, { HOME: place.bare, ...env?.(place) });
      return { code, output: stdout + stderr };
    });
    for (const { code, output } of await Promise.all(outputs)) {
      expect(code).toBe(1);
      expect(output).toMatch(says);
      expect(output).toContain(remedy);
    }
    const text = (await outputs[0])?.output.replace(/(?<=:)\d{4,}/g, '<port>');
    if (message !== undefined) await expect(text).toMatchFileSnapshot(`messages/${message}.txt`);
  });

  it('or tries a refused connection twice, and a host that does not answer once', async () => {
    const connect = async (port: number) => {
      const { code, stdout } = await run(
        [
          'check',
          '--url',
          `postgres://reader@127.0.0.1:${port}/shop?sslmode=disable`,
          '--connect-timeout',
          '1',
        ],
        { HOME: place.bare },
      );
      expect(code).toBe(1);
      return stdout;
    };
    const [refused, silent] = await Promise.all([connect(place.dead), connect(place.silent)]);
    expect(refused).toContain('(ECONNREFUSED), 2 attempts\n');
    expect(silent).toContain('reason: no answer within 1 s\n');
  });

  it('as show and diff do, with a certificate and a password file', async () => {
    const source = `postgres://reader@localhost:${place.port}/shop?sslmode=verify-full&sslrootcert=${place.ca}`;
    const shown = await run(['show', source], { HOME: place.home });
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('`orders_total_idx`');
    const compared = await run(['diff', 'report.sql.md', source], { HOME: place.home });
    expect(compared).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.runIf(runsAll)('PostgreSQL 13', () => {
  let server: Cluster;
  const clusters = sharedClusters(13, async ({ make }) => {
    server = await make('old');
    await server.start();
    const admin = await server.connect();
    await admin.query(await migration());
    await admin.end();
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  it.for([
    { command: 'check', args: (source: string) => ['check', '--url', source] },
    { command: 'show', args: (source: string) => ['show', source] },
    { command: 'diff', args: (source: string) => ['diff', source, 'report.sql.md'] },
  ])('is too old for $command, which exits 1 and prints nothing of the schema', async ({ args }) => {
    const { code, stdout, stderr } = await run(args(server.url()), {});
    expect(code).toBe(1);
    expect(stdout + stderr).toContain('runs PostgreSQL 13, but driftmark needs 14 or newer.');
    expect(stdout + stderr).not.toMatch(/orders_total_idx|in sync|cannot be|bug/);
  });
});
