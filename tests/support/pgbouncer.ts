import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, type Cluster, type Clusters } from './cluster.js';

/** The folders of packages. On Debian, the folder is not on the PATH of an ordinary user. */
const program = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin']
  .map((folder) => path.join(folder, 'pgbouncer'))
  .find((file) => existsSync(file));

export const pgbouncerIsMissing =
  program === undefined && 'pgbouncer is not installed (Debian: apt-get install pgbouncer)';

export interface Pooler {
  readonly url: (database: string, user: string) => string;
  readonly connect: (database: string, user: string) => Promise<pg.Client>;
  readonly log: string;
  readonly stop: () => void;
}

/**
 * PgBouncer in front of a server, with one server connection for all clients, which is never reset: the state that one
 * client leaves is visible to the next.
 */
export async function pgbouncer(
  { folder, write, run }: Clusters,
  server: Cluster,
  mode: 'session' | 'transaction',
  users: readonly string[],
): Promise<Pooler> {
  if (program === undefined) throw new Error('pgbouncer is not installed');
  const port = await freePort();
  const name = `pgbouncer-${mode}`;
  const userList = await write(`${name}.users`, users.map((user) => `"${user}" ""\n`).join(''));
  const config = await write(
    `${name}.ini`,
    `[databases]
* = host=${folder} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${userList}
pool_mode = ${mode}
default_pool_size = 1
server_reset_query =
`,
  );
  const child = await run(program, [config], `${name}.log`);
  const connect = async (database: string, user: string): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user, database, password: 'none' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  for (let tries = 0; tries < 200; tries++) {
    const client = await connect('postgres', users[0] ?? '').catch(() => undefined);
    await client?.end();
    if (client) break;
    if (child.exitCode !== null) throw new Error(`${name} did not start`);
    await sleep(50);
  }
  return {
    url: (database, user) => `postgres://${user}@127.0.0.1:${port}/${database}`,
    connect,
    log: path.join(folder, `${name}.log`),
    stop: () => child.kill('SIGTERM'),
  };
}
