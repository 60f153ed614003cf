import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import type pg from 'pg';
import type { ConnectionSettings } from '../../postgres/connection-settings.js';
import { quoteIdentifier, quoteLiteral } from '../../postgres/quoting.js';
import { socketPort } from './run-folder.js';
import { maintenanceDatabase, superuser } from '../settings.js';

/** Where a server in this folder listens, and how we reach it there. */
export interface Endpoint {
  /** Settings of the server. */
  readonly settings: Readonly<Record<string, string>>;
  /** Asked when the server is ready. */
  readonly connection: () => ConnectionSettings;
  /** Sets a random password, which the loopback port requires. Returns the settings for that port. */
  readonly openTcp?: (client: pg.Client) => Promise<ConnectionSettings>;
}

/** The file in a data directory that holds the superuser's password, on Windows only. */
export const passwordFile = 'driftmark-password';

/**
 * A unix socket in the folder, which only its owner can enter; on Windows a free port of the loopback
 * address, with a random password, since others on the machine can reach that.
 *
 * @param tcp whether the server also listens on a free port of the loopback address, with a random password
 */
export async function endpointIn(folder: string, tcp: boolean): Promise<Endpoint> {
  const account = { user: superuser, database: maintenanceDatabase, ssl: false };
  if (process.platform === 'win32') {
    const port = await freePort();
    const file = path.join(folder, 'data', passwordFile);
    return {
      settings: { listen_addresses: '127.0.0.1', unix_socket_directories: '', port: String(port) },
      connection: () => ({
        ...account,
        host: '127.0.0.1',
        port,
        password: readFileSync(file, 'utf8').trim(),
      }),
    };
  }
  const port = tcp ? await freePort() : socketPort;
  const socket = {
    // A list, whose entries are quoted like identifiers.
    unix_socket_directories: `"${folder.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    port: String(port),
  };
  const connection = () => ({ ...account, host: folder, port });
  if (!tcp) return { settings: { listen_addresses: '', ...socket }, connection };
  const hba = path.join(folder, 'pg_hba.conf');
  writeFileSync(hba, HBA, { mode: 0o600 });
  return {
    settings: { listen_addresses: '127.0.0.1', hba_file: hba, ...socket },
    connection,
    openTcp: async (client) => {
      const password = randomBytes(24).toString('hex');
      await client.query(`ALTER ROLE ${quoteIdentifier(superuser)} PASSWORD ${quoteLiteral(password)}`);
      return { ...account, host: '127.0.0.1', port, password };
    },
  };
}

/** The socket needs no password, because only its owner can enter the folder. TCP needs the password. */
const HBA = `local all all trust
host all all 127.0.0.1/32 scram-sha-256
`;

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port for the scratch server');
  return address.port;
}
