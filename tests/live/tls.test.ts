import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import { parseAddress } from '#src/live/connection/address.js';
import { connectLive } from '#src/live/connection/connect.js';
import { authority, signedBy, type Certificate } from '../support/certificates.js';
import type { Cluster } from '../support/cluster.js';
import { sharedClusters } from '../support/shared-clusters.js';

type Pem = 'ca' | 'stranger' | 'reader' | 'impostor';

describe('a connection to a live database with TLS', () => {
  let secure: Cluster;
  let named: Cluster;
  let plain: Cluster;
  const files = {} as Record<Pem, { cert: string; key: string }>;
  const clusters = sharedClusters(18, async ({ make, write, folder }) => {
    const [ca, stranger] = [await authority('a private authority'), await authority('another authority')];
    const keep = async (name: Pem, { cert, key }: Certificate): Promise<void> => {
      const [certFile, keyFile] = [path.join(folder, `${name}.crt`), path.join(folder, `${name}.key`)];
      await writeFile(certFile, cert);
      await writeFile(keyFile, key);
      await chmod(keyFile, 0o600);
      files[name] = { cert: certFile, key: keyFile };
    };
    await keep('ca', ca);
    await keep('stranger', stranger);
    await keep('reader', await signedBy(ca, 'reader'));
    await keep('impostor', await signedBy(stranger, 'reader'));
    const start = async (name: string, hosts: readonly string[]): Promise<Cluster> => {
      const host = await signedBy(ca, hosts[0] ?? name, hosts);
      const server = await make(name, {
        listen_addresses: `'127.0.0.1'`,
        ssl: 'on',
        ssl_cert_file: `'${await write(`${name}-server.crt`, host.cert)}'`,
        ssl_key_file: `'${await write(`${name}-server.key`, host.key)}'`,
        ssl_ca_file: `'${await write(`${name}-ca.crt`, ca.cert)}'`,
        hba_file: `'${await write(
          `${name}.hba`,
          `local all all trust
           hostssl all reader 127.0.0.1/32 cert
           hostssl all postgres 127.0.0.1/32 trust
           hostnossl all open 127.0.0.1/32 trust\n`,
        )}'`,
      });
      await server.start();
      const admin = await server.connect();
      await admin.query('CREATE ROLE reader LOGIN; CREATE ROLE open LOGIN');
      await admin.end();
      return server;
    };
    secure = await start('secure', ['localhost']);
    named = await start('named', ['db.example.com']);
    plain = await make('plain', { listen_addresses: `'127.0.0.1'` });
    await plain.start();
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  interface Way {
    readonly to: () => Cluster;
    readonly mode: string;
    readonly user?: string;
    readonly root?: Pem;
    readonly as?: Pem;
    readonly host?: string;
  }

  /** Whether the connection is encrypted, or why it was refused. */
  async function connect({
    to,
    mode,
    user = 'postgres',
    root,
    as,
    host = 'localhost',
  }: Way): Promise<string> {
    const query = new URLSearchParams({
      sslmode: mode,
      ...(root && { sslrootcert: files[root].cert }),
      ...(as && { sslcert: files[as].cert, sslkey: files[as].key }),
    });
    const url = `postgres://${user}@${host}:${to().port}/postgres?${query.toString()}`;
    try {
      const client = await connectLive(parseAddress(url, {}));
      const { rows } = await client.query<{ ssl: boolean }>(
        'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
      );
      await client.end();
      return rows[0]?.ssl === true ? 'encrypted' : 'plain';
    } catch (error) {
      if (!(error instanceof DriftmarkError)) throw error;
      expect(error).toMatchObject({ exitCode: 1, code: 'connection-failed' });
      return error.details.map(({ text }) => text).join('\n');
    }
  }

  const onSecure = () => secure;
  const onNamed = () => named;
  const onPlain = () => plain;
  const ways: readonly (Way & { readonly gives: string | RegExp })[] = [
    { to: onSecure, mode: 'prefer', gives: 'encrypted' },
    { to: onSecure, mode: 'require', gives: 'encrypted' },
    { to: onSecure, mode: 'verify-ca', root: 'ca', gives: 'encrypted' },
    { to: onSecure, mode: 'verify-full', root: 'ca', gives: 'encrypted' },
    { to: onSecure, mode: 'disable', gives: /no pg_hba.conf entry.*no encryption/ },
    { to: onSecure, mode: 'disable', user: 'open', gives: 'plain' },
    { to: onSecure, mode: 'allow', gives: 'encrypted' },
    { to: onSecure, mode: 'prefer', user: 'open', gives: 'plain' },
    { to: onSecure, mode: 'require', user: 'open', gives: /no pg_hba.conf entry/ },
    // With a root certificate, `require` verifies the server certificate, as in libpq.
    { to: onSecure, mode: 'require', root: 'stranger', gives: /certificate|self.signed|issuer/i },
    { to: onSecure, mode: 'verify-ca', root: 'stranger', gives: /certificate|self.signed|issuer/i },
    { to: onSecure, mode: 'verify-full', gives: /certificate|self.signed|issuer/i },
    { to: onNamed, mode: 'require', gives: 'encrypted' },
    { to: onNamed, mode: 'verify-ca', root: 'ca', gives: 'encrypted' },
    { to: onNamed, mode: 'verify-full', root: 'ca', gives: /localhost.*db\.example\.com|altnames/i },
    { to: onNamed, mode: 'verify-full', root: 'ca', host: '127.0.0.1', gives: /altnames|IP/i },
    { to: onPlain, mode: 'disable', gives: 'plain' },
    { to: onPlain, mode: 'prefer', gives: 'plain' },
    { to: onPlain, mode: 'require', gives: /does not support SSL/ },
    { to: onPlain, mode: 'verify-full', root: 'ca', gives: /does not support SSL/ },
    { to: onSecure, mode: 'verify-full', root: 'ca', user: 'reader', as: 'reader', gives: 'encrypted' },
    { to: onSecure, mode: 'require', user: 'reader', as: 'reader', gives: 'encrypted' },
    { to: onSecure, mode: 'require', user: 'reader', gives: /valid client certificate/ },
    {
      to: onSecure,
      mode: 'require',
      user: 'reader',
      as: 'impostor',
      gives: /unknown ca|certificate|closed|terminated|ECONNRESET/i,
    },
  ];
  it.each(ways)('$mode $user $root $as $host: $gives', async ({ gives, ...way }) => {
    if (typeof gives === 'string') expect(await connect(way)).toBe(gives);
    else expect(await connect(way)).toMatch(gives);
  });

  it('names the certificate file that does not exist', async () => {
    const url = `postgres://postgres@localhost:${secure.port}/postgres?sslmode=verify-full&sslrootcert=/nowhere/root.crt`;
    const failure = connectLive(parseAddress(url, {}));
    await expect(failure).rejects.toMatchObject({ code: 'usage', place: { file: '/nowhere/root.crt' } });
  });
});
