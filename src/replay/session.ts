import { readFile } from 'node:fs/promises';
import type { Client } from 'pg';
import type { ConnectionSettings } from '../postgres/connection-settings.js';
import { historyPatterns } from '../migrations/history-patterns.js';
import { withMigrationRunner, type MigrationRunner } from '../migrations/migrations.js';
import { quoteLiteral } from '../postgres/quoting.js';
import type { Schema } from '../schema/model.js';
import { connect } from '../scratch/client.js';
import type { ClusterState, IsOurs, ScratchDatabase } from '../scratch/scratch.js';
import type { BuildEnvironment, BuildPlan } from './environment.js';
import { timed } from './phases.js';
import { prepare } from './setup.js';
import { missingExtensions, platformOf } from './platforms/platforms.js';
import { preparing } from './prepared-statements.js';
import { schemaReader } from './read-schema.js';

/** A scratch database in which migrations run, and in which their schema is read. */
export interface ReplaySession {
  readonly runner: MigrationRunner;
  readonly read: () => Promise<Schema>;
  /** Whether any table may have rows, history tables of migration tools aside. */
  readonly hasRows: () => Promise<boolean>;
}

/** A database in which just the first `applied` migrations have run: later databases are copied from it. */
export interface Checkpoint {
  readonly applied: number;
  readonly database: ScratchDatabase;
  readonly cluster: ClusterState;
}

/**
 * Hands a session to `use`, on a database of its own: a new one, or a copy of a checkpoint's. Afterwards the database is
 * dropped, and what the migrations changed in the cluster is undone.
 */
export async function withReplaySession<T>(
  plan: BuildPlan,
  environment: BuildEnvironment,
  use: (session: ReplaySession) => Promise<T>,
  from?: Checkpoint,
): Promise<T> {
  const opening = openDatabase(plan, environment, from);
  try {
    return await inDatabase(plan, environment, opening, use);
  } finally {
    const open = await opening.catch(() => undefined);
    await open?.drop();
  }
}

/**
 * Makes a checkpoint of the first `applied` migrations.
 * @param from an earlier one. It is kept, and copied, unless `isMoved`: then its database becomes that of the new one.
 */
export async function checkpointAt(
  applied: number,
  plan: BuildPlan,
  environment: BuildEnvironment,
  from?: Checkpoint,
  isMoved = false,
): Promise<Checkpoint> {
  const opening = from && isMoved ? reopenDatabase(environment, from) : openDatabase(plan, environment, from);
  try {
    await inDatabase(plan, environment, opening, ({ runner }) =>
      timed(environment.onPhase, 'migrations', () =>
        runner.upAndRelease(plan.folder.migrations.slice(from?.applied ?? 0, applied)),
      ),
    );
  } catch (error) {
    await opening.then(({ drop }) => drop()).catch(() => undefined);
    throw error;
  }
  const { database } = await opening;
  const server = await environment.server;
  return { applied, database, cluster: await server.clusterState() };
}

/** The process that runs the migrations starts while their database is made. */
async function inDatabase<T>(
  plan: BuildPlan,
  { notice, output, onSql, onPhase, signal, spare, share }: BuildEnvironment,
  opening: Promise<OpenDatabase>,
  use: (session: ReplaySession) => Promise<T>,
): Promise<T> {
  const { target, folder } = plan;
  const platform = platformOf(target);
  const connection = opening.then(({ database }) =>
    folder.command ? database.tcpConnection : database.connection,
  );
  connection.catch(() => undefined); // `opening` is awaited below
  try {
    return await withMigrationRunner(
      {
        folder,
        connection,
        projectDir: target.dir,
        stderr: output,
        timeout: MIGRATION_TIMEOUT_MS,
        ...(signal && { signal }),
        ...(onSql && { onSql }),
        ...(spare && { spare }),
        ...(platform && { platformExtensions: missingExtensions(platform, notice) }),
      },
      async (runner) => {
        const { client } = await opening;
        const { areWritesCounted } = runner;
        const readAgain = await schemaReader(await preparing(client), plan, { areWritesCounted, share });
        const read = () => timed(onPhase, 'reading', readAgain);
        return use({ runner, read, hasRows: () => hasRows(client, historyPatterns(folder)) });
      },
    );
  } finally {
    const open = await opening.catch(() => undefined);
    await open?.client.end().catch(() => undefined);
  }
}

/** A table without rows has no pages, unless rows were deleted. */
async function hasRows(client: Client, history: readonly string[]): Promise<boolean> {
  const patterns = history.map(quoteLiteral).join(', ');
  const { rows } = await client.query<{ found: boolean }>(`
    SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
        AND NOT c.relname LIKE ANY (ARRAY[${patterns}]) AND pg_catalog.pg_relation_size(c.oid) > 0) AS found`);
  return rows[0]?.found ?? true;
}

/** Longer than any migration takes on an empty database. */
const MIGRATION_TIMEOUT_MS = 10 * 60_000;

interface OpenDatabase {
  readonly database: ScratchDatabase;
  /** The connection on which the schema is read. */
  readonly client: Client;
  readonly drop: () => Promise<void>;
}

async function openDatabase(
  plan: BuildPlan,
  environment: BuildEnvironment,
  from?: Checkpoint,
): Promise<OpenDatabase> {
  const server = await environment.server;
  const began = performance.now();
  const database = await (from ? server.cloneDatabase(from.database) : server.createDatabase());
  // Read on another connection, while the client connects, and before anything changes.
  const reading = from ? Promise.resolve(from.cluster) : server.clusterState();
  reading.catch(() => undefined); // awaited below
  const drop = async (): Promise<void> => {
    await database.drop().catch(() => undefined);
    const isMentioned = await mentionedIn(plan);
    await reading.then((cluster) => server.restoreCluster(cluster, isMentioned)).catch(() => undefined);
  };
  let client: Client | undefined;
  try {
    client = await clientOf(database.connection, environment);
    await reading;
    if (!from) await prepare(client, plan, environment);
    environment.onPhase?.('database', performance.now() - began);
    return { database, client, drop };
  } catch (error) {
    await client?.end().catch(() => undefined);
    await drop();
    throw error;
  }
}

async function reopenDatabase(
  environment: BuildEnvironment,
  { database }: Checkpoint,
): Promise<OpenDatabase> {
  return { database, client: await clientOf(database.connection, environment), drop: () => database.drop() };
}

function clientOf(connection: ConnectionSettings, { signal }: BuildEnvironment): Promise<Client> {
  return connect(connection, signal ?? new AbortController().signal, { pipeline: true });
}

const createdDatabases = (text: string): readonly string[] =>
  [...text.matchAll(/\bcreate\s+database\s+(?:"([^"]+)"|([\w$]+))/gi)].map(
    ([, quoted, bare = '']) => quoted ?? bare.toLowerCase(),
  );

/**
 * Whether the files of a target, which may create or change a role or a database, contain its name. Of a database, they
 * must contain the command that creates it, because it is dropped with all of its data.
 */
async function mentionedIn({ target, folder }: BuildPlan): Promise<IsOurs> {
  const { roles = [], setup } = target.settings;
  const sources = folder.migrations.flatMap(({ file, up, downFile, down }) => [
    up?.source ?? textOf(file),
    down?.source ?? textOf(downFile),
  ]);
  const texts = await Promise.all([...sources, textOf(setup)]);
  return (name, kind) =>
    kind === 'database'
      ? texts.flatMap(createdDatabases).includes(name)
      : roles.includes(name) || texts.some((text) => text.includes(name));
}

/** The text of a file; '' if it does not exist. */
const textOf = async (file: string | undefined): Promise<string> =>
  file === undefined ? '' : readFile(file, 'utf8').catch(() => '');
