import type { ConnectionSettings } from '../connection.js';
import { sqlFailure } from './client.js';
import type { ScratchDatabase, ScratchServer } from './interface.js';
import { newDatabaseName, quoteOwnName } from './names.js';

/** How databases come into being on one kind of server. Names are already quoted. */
export interface DatabaseRecipe {
  /** How to connect to the server; the database's name is put in. */
  readonly connection: ConnectionSettings;
  /** Runs statements about databases, one after the other. */
  readonly run: (statements: readonly string[]) => Promise<void>;
  readonly create: (name: string) => readonly string[];
  readonly clone: (name: string, of: string) => readonly string[];
}

/** The databases of one scratch server, and the means to drop those that are left. */
export interface Databases extends Pick<ScratchServer, 'createDatabase' | 'cloneDatabase'> {
  /** Drops all, and returns the names of those that could not be dropped. */
  readonly dropAll: () => Promise<string[]>;
}

export function makeDatabases({ connection, run, create, clone }: DatabaseRecipe): Databases {
  const existing = new Set<string>();

  const drop = async (name: string): Promise<void> => {
    if (!existing.has(name)) return;
    try {
      // FORCE ends the sessions of migrations that are still connected.
      await run([`DROP DATABASE IF EXISTS ${quoteOwnName(name)} WITH (FORCE)`]);
      existing.delete(name);
    } catch (error) {
      throw sqlFailure(`could not drop the scratch database ${name}`, error);
    }
  };

  const make = async (statements: (quoted: string) => readonly string[]): Promise<ScratchDatabase> => {
    const name = newDatabaseName();
    existing.add(name); // before it exists: a failure half way must not leave it behind
    try {
      await run(statements(quoteOwnName(name)));
    } catch (error) {
      throw sqlFailure('could not create a scratch database', error);
    }
    return { connection: { ...connection, database: name }, drop: () => drop(name) };
  };

  return {
    createDatabase: () => make(create),
    cloneDatabase: (of) => make((name) => clone(name, quoteOwnName(of.connection.database))),
    dropAll: async () => {
      const left: string[] = [];
      for (const name of [...existing]) await drop(name).catch(() => left.push(name));
      return left;
    },
  };
}
