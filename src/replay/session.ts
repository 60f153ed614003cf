import type { Client } from 'pg';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import { withMigrationRunner, type MigrationRunner } from '../migrations/migrations.js';
import type { Schema } from '../schema/model.js';
import { connect } from '../scratch/client.js';
import type { Target } from '../project/targets.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { prepare } from './setup.js';
import { preparing } from './prepared-statements.js';
import { readSchema } from './read-schema.js';

/** A scratch database on its way up and down. */
export interface Workbench {
  readonly runner: MigrationRunner;
  readonly read: () => Promise<Schema>;
}

/** The process that runs the migrations starts while their database is made. */
export async function onWorkbench<T>(
  plan: BuildPlan,
  environment: BuildEnvironment,
  use: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const { target, folder, format } = plan;
  const { output, onSql, onPhase, signal, spare } = environment;
  const opening = openDatabase(target, environment);
  const connection = opening.then((open) => open.connection);
  connection.catch(() => undefined); // told by `opening`
  try {
    return await withMigrationRunner(
      {
        folder,
        connection,
        projectDir: target.dir,
        stderr: output,
        timeout: STARTUP_TIMEOUT_MS,
        ...(signal && { signal }),
        ...(onSql && { onSql }),
        ...(spare && { spare }),
      },
      async (runner) => {
        const { client } = await opening;
        const prepared = preparing(client);
        const read = () => timed(onPhase, 'reading', () => readSchema(prepared, target, format));
        return use({ runner, read });
      },
    );
  } finally {
    const open = await opening.catch(() => undefined);
    await open?.close();
  }
}

/** Longer than any migration takes on an empty database; one that takes longer hangs. */
const STARTUP_TIMEOUT_MS = 10 * 60_000;

interface OpenDatabase {
  readonly connection: ConnectionSettings;
  /** Our own session, in which the schema is read. */
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** A scratch database with all that comes before the migrations. */
async function openDatabase(target: Target, environment: BuildEnvironment): Promise<OpenDatabase> {
  const { server: starting, onPhase, signal } = environment;
  const server = await starting;
  const began = performance.now();
  const database = await server.createDatabase();
  const { connection } = database;
  let client: Client | undefined;
  const close = async (): Promise<void> => {
    await client?.end().catch(() => undefined);
    await database.drop().catch(() => undefined);
  };
  try {
    client = await connect(connection, signal ?? new AbortController().signal);
    await prepare(client, target, environment);
    onPhase?.('database', performance.now() - began);
    return { connection, client, close };
  } catch (error) {
    await close();
    throw error;
  }
}
