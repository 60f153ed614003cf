import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Client } from 'pg';
import { connect } from '#src/scratch/client.js';
import type { ScratchDatabase, ScratchServer } from '#src/scratch/types.js';
import { startServer } from './own-server.js';

/** Works on a copy of a database, and drops it. */
export async function onClone<T>(
  server: ScratchServer,
  of: ScratchDatabase,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const copy = copies(server, of);
  try {
    return await use(await copy.client());
  } finally {
    await copy.discard();
  }
}

/** A copy of a database that serves until it is discarded; then the next one is made. */
export interface Copies {
  readonly client: () => Promise<Client>;
  readonly discard: () => Promise<void>;
}

export function copies(server: ScratchServer, of: ScratchDatabase): Copies {
  let current: { readonly client: Client; readonly database: ScratchDatabase } | undefined;
  return {
    client: async () => {
      if (!current) {
        const database = await server.cloneDatabase(of);
        current = { client: await connect(database.connection, new AbortController().signal), database };
      }
      return current.client;
    },
    discard: async () => {
      await current?.client.end();
      await current?.database.drop();
      current = undefined;
    },
  };
}

/**
 * Starts a server of one's own from the binaries in a folder, with a database that `<folder>/roles.sql` and `base.sql`
 * make.
 */
export async function withBase<T>(
  bin: string,
  folder: string,
  use: (server: ScratchServer, base: ScratchDatabase) => Promise<T>,
): Promise<T> {
  const { server, stop } = await startServer(bin);
  try {
    const base = await server.createDatabase();
    const client = await connect(base.connection, new AbortController().signal);
    for (const name of ['roles', 'base'])
      await client.query(await readFile(path.join(folder, `${name}.sql`), 'utf8'));
    await client.end();
    return await use(server, base);
  } finally {
    await stop();
  }
}
