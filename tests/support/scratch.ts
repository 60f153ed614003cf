import type { ScratchServer } from '#src/scratch/types.js';
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
  introspect(client, { covers: () => true, historyTables: [], ...options });

/** The same of what a script makes, in a transaction that is rolled back. */
export async function readMade(client: Client, script: string): Promise<Schema> {
  await client.query('BEGIN');
  try {
    await client.query(script);
    const opened = await openReading(client, { historyTables: [] }, '');
    const make = await readNamespaces(client, opened, opened.namespaces, { historyTables: [] });
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
