import type pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import { connect, sqlFailure } from './client.js';
import {
  copySettings,
  readClusterState,
  runStatements,
  statementsBack,
  type ClusterState,
} from './cluster-state.js';
import type { IsOurs } from './shared-objects.js';
import type { ScratchDatabase, ScratchServer } from './types.js';
import { newDatabaseName, quoteOwnName } from './names.js';
import { useServerInstead } from './remedy.js';

/** How databases come into being on one kind of server. Names are already quoted. */
export interface DatabaseRecipe {
  /** How to connect to the server; the database's name is put in. */
  readonly connection: ConnectionSettings;
  /** The same server over TCP, if `connection` is a unix socket and the server has a port. */
  readonly tcpConnection?: ConnectionSettings | undefined;
  /** Hands a session of the maintenance database to `use`. */
  readonly withClient: <T>(use: (client: pg.Client) => Promise<T>) => Promise<T>;
  readonly versionNum: number;
  readonly origin: string;
  /** Whether a role may be changed back to what it was: on a server of our own, every role. */
  readonly isOurRole: (role: string) => boolean;
  readonly notice: (text: string) => void;
  readonly create: (name: string) => readonly string[];
  readonly clone: (name: string, of: string) => readonly string[];
}

/** The databases of one scratch server, and the means to drop those that are left. */
export interface Databases extends ScratchServer {
  /** Drops all, and returns the names of those that could not be dropped. */
  readonly dropAll: () => Promise<string[]>;
}

export function makeDatabases({
  connection,
  tcpConnection = connection,
  create,
  clone,
  ...recipe
}: DatabaseRecipe): Databases {
  const { versionNum, origin, notice } = recipe;
  const existing = new Set<string>();
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other: targets that are built at the same time share the connection. */
  const withClient = <T>(use: (client: pg.Client) => Promise<T>): Promise<T> => {
    const result = last.then(() => recipe.withClient(use));
    last = result.catch(() => undefined);
    return result;
  };
  const run = (statements: readonly string[]): Promise<void> =>
    withClient(async (client) => {
      for (const statement of statements) await client.query(statement);
    });

  const drop = async (name: string): Promise<void> => {
    if (!existing.has(name)) return;
    try {
      // FORCE ends the sessions of migrations that are still connected.
      const statement = `DROP DATABASE IF EXISTS ${quoteOwnName(name)} WITH (FORCE)`;
      await run([statement]).catch(async (error: unknown) => {
        if (!isInUse(error)) throw error;
        await dropSubscriptions({ ...connection, database: name });
        await run([statement]);
      });
      existing.delete(name);
    } catch (error) {
      throw sqlFailure(
        `Could not drop the scratch database ${name}.`,
        error,
        `Drop it by hand: DROP DATABASE ${name} WITH (FORCE);`,
      );
    }
  };

  const make = async (statements: (quoted: string) => readonly string[]): Promise<ScratchDatabase> => {
    const name = newDatabaseName();
    existing.add(name); // before it exists: a failure half way must not leave it behind
    try {
      await run(statements(quoteOwnName(name)));
    } catch (error) {
      throw sqlFailure(
        'Could not create a scratch database.',
        error,
        `Check the message of the server, or ${useServerInstead}.`,
      );
    }
    return {
      connection: { ...connection, database: name },
      tcpConnection: { ...tcpConnection, database: name },
      drop: () => drop(name),
    };
  };

  const restoreCluster = (then: ClusterState, isMentioned: IsOurs): Promise<void> =>
    withClient(async (client) => {
      const now = await readClusterState(client, versionNum);
      const statements = statementsBack(
        now,
        then,
        (name, kind) => (kind === 'role' && recipe.isOurRole(name)) || isMentioned(name, kind),
      );
      const refused = await runStatements(client, statements);
      // Another target that runs at the same time may still use the role; what stays in the end is reported then.
      const left = existing.size > 0 ? refused.filter((one) => !one.startsWith('DROP ROLE ')) : refused;
      if (left.length > 0) notice(`Could not undo these changes on the scratch server: ${left.join('; ')}`);
    });

  return {
    versionNum,
    origin,
    clusterState: () => withClient((client) => readClusterState(client, versionNum)),
    restoreCluster,
    createDatabase: () => make(create),
    cloneDatabase: async (of) => {
      const from = of.connection.database;
      const copy = await make((name) => clone(name, quoteOwnName(from)));
      await run(await withClient((client) => copySettings(client, { from, to: copy.connection.database })));
      return copy;
    },
    dropAll: async () => {
      const left: string[] = [];
      for (const name of [...existing]) await drop(name).catch(() => left.push(name));
      return left;
    },
  };
}

const isInUse = (error: unknown) => error instanceof Error && 'code' in error && error.code === '55006';

/** A database with subscriptions cannot be dropped. Without their slots they go without asking the publisher. */
async function dropSubscriptions(connection: ConnectionSettings): Promise<void> {
  const client = await connect(connection, new AbortController().signal);
  try {
    await client.query('SET search_path = pg_catalog, pg_temp');
    const { rows } = await client.query<{ name: string }>(`SELECT pg_catalog.quote_ident(s.subname) AS name
      FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
      WHERE d.datname = pg_catalog.current_database()`);
    for (const { name } of rows) {
      await client.query(`ALTER SUBSCRIPTION ${name} DISABLE`);
      await client.query(`ALTER SUBSCRIPTION ${name} SET (slot_name = NONE)`);
      await client.query(`DROP SUBSCRIPTION ${name}`);
    }
  } finally {
    await client.end();
  }
}
