import { withScratchServer, type ScratchServer } from '#src/scratch/scratch.js';
import { connect } from '#src/scratch/client.js';
import {
  introspect,
  openReading,
  readNamespaces,
  type IntrospectOptions,
} from '#src/introspect/introspect.js';
import type { Schema } from '#src/schema/model.js';
import type { Report } from '#src/report/report.js';
import type { Client } from 'pg';

/** A server that lives as long as a file of tests: start it in `beforeAll`, stop it in `afterAll`. */
export interface TestServer {
  readonly server: ScratchServer;
  readonly stop: () => Promise<void>;
}

/** Starts the embedded server, of the version whose binaries are named, else of the one that driftmark brings. */
export function startServer(postgresBin?: string): Promise<TestServer> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined;
    const stopped = new Promise<void>((done) => {
      stop = done;
    });
    const scope = withScratchServer(
      {
        engine: 'embedded',
        projectDir: process.cwd(),
        notice: () => undefined,
        ...(postgresBin !== undefined && { postgresBin }),
      },
      async (server) => {
        resolve({
          server,
          stop: async () => {
            stop();
            await scope;
          },
        });
        await stopped;
      },
    );
    scope.catch(reject);
  });
}

/** An empty database, connected to, and dropped in the end. */
export async function onDatabase<T>(server: ScratchServer, use: (client: Client) => Promise<T>): Promise<T> {
  const database = await server.createDatabase();
  const client = await connect(database.connection, new AbortController().signal);
  try {
    return await use(client);
  } finally {
    await client.end();
    await database.drop();
  }
}

/** All schemas of a database, read in full. */
export const readAll = (client: Client, options: Partial<IntrospectOptions> = {}): Promise<Schema> =>
  introspect(client, { covers: () => true, bookkeeping: [], ...options });

/** The same of what a script makes, in a transaction that is rolled back. */
export async function readMade(client: Client, script: string): Promise<Schema> {
  await client.query('BEGIN');
  try {
    await client.query(script);
    const opened = await openReading(client, { bookkeeping: [] }, '');
    const make = await readNamespaces(client, opened, opened.namespaces, { bookkeeping: [] });
    return make();
  } finally {
    await client.query('ROLLBACK');
  }
}

/** A schema as a report in the format `full`. */
export const asReport = (schema: Schema): Report => ({
  format: 'full',
  name: 'test',
  command: 'npx driftmark update',
  irreversible: [],
  schema,
});
