import { parseAddress, type Address } from '#src/live/connection/address.js';
import type { LiveReadOptions } from '#src/live/read.js';
import { readWithRetries } from '#src/live/retry.js';
import type { Schema } from '#src/schema/model.js';
import type { Cluster } from './cluster.js';

interface ReadOptions extends Partial<LiveReadOptions> {
  readonly database?: string;
  readonly user?: string;
  readonly retries?: number;
}

/** Reads the whole schema of a database on a server. */
export function read(
  cluster: Cluster,
  { database = 'app', user, ...options }: ReadOptions = {},
): Promise<Schema> {
  return readAddress(parseAddress(cluster.url(database, user), {}), options);
}

/** The same from a URL or an address. */
export async function readAddress(
  address: Address | string,
  { retries = 3, ...options }: Omit<ReadOptions, 'database' | 'user'> = {},
): Promise<Schema> {
  const { schemas } = await readWithRetries(
    typeof address === 'string' ? parseAddress(address, {}) : address,
    {
      label: 'the database',
      historyTables: [],
      groups: (names) => [names],
      notice: () => undefined,
      ...options,
    },
    { retries },
  );
  if (!schemas[0]) throw new Error('nothing was read');
  return schemas[0];
}
