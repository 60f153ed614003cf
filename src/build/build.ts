import type { Client } from 'pg';
import type { ConnectionSettings } from '../connection.js';
import type { FailedDown } from '../outcome.js';
import { compare } from '../schema/compare.js';
import type { Schema } from '../schema/model.js';
import { connect } from '../scratch/client.js';
import { withMigrationRunner, type Migration, type MigrationRunner } from '../migrations/migrations.js';
import { DriftmarkError } from '../errors.js';
import type { BuildEnvironment, BuildPlan, Step } from './environment.js';
import { timed } from './phases.js';
import { prepare } from './prepare.js';
import { preparing } from './preparing.js';
import type { Target } from '../targets.js';
import { readSchema } from './read.js';

/** What came of a target's migrations. */
export interface Built {
  /** The schema that all migrations make. */
  readonly schema: Schema;
  /** The schema before the first migration, and after each one; empty where nobody asked for them. */
  readonly snapshots: readonly Schema[];
  /** Newest first. */
  readonly failedDowns: readonly FailedDown[];
}

/** A scratch database on its way up and down. */
interface Workbench {
  readonly runner: MigrationRunner;
  readonly read: () => Promise<Schema>;
}

/**
 * Applies a target's migrations to a scratch database and reads what they made, after each one where the
 * migrations are to be tried down, too.
 * @throws {DriftmarkError} `migration-failed` and whatever keeps the scratch database from working.
 */
export async function build(plan: BuildPlan, environment: BuildEnvironment): Promise<Built> {
  const { migrations } = plan.folder;
  const goesDown = plan.down && migrations.some(({ hasDown }) => hasDown !== false);
  const first = await onWorkbench(plan, environment, async (bench) => {
    if (!goesDown) {
      await timed(environment.onPhase, 'migrations', () =>
        bench.runner.upAll(report(plan, environment, 'up')),
      );
      return { schema: await bench.read(), snapshots: [], failed: undefined };
    }
    const snapshots = await snapshotEach(bench, plan, environment);
    const schema = snapshots.at(-1) ?? (await bench.read());
    return {
      schema,
      snapshots,
      failed: await downUntilFailure(bench, plan, environment, snapshots, migrations.length),
    };
  });
  const failedDowns = first.failed
    ? await continueDown(plan, environment, first.snapshots, first.failed)
    : [];
  return { schema: first.schema, snapshots: first.snapshots, failedDowns };
}

/** The schema before the first migration and after each one, from a scratch database of its own. */
export function buildSnapshots(plan: BuildPlan, environment: BuildEnvironment): Promise<readonly Schema[]> {
  return onWorkbench(plan, environment, (bench) => snapshotEach(bench, plan, environment));
}

/** The process that runs the migrations starts while their database is made. */
async function onWorkbench<T>(
  plan: BuildPlan,
  environment: BuildEnvironment,
  use: (bench: Workbench) => Promise<T>,
): Promise<T> {
  const { target, folder, format } = plan;
  const { output, onSql, onPhase, signal } = environment;
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
        timeout: PATIENCE_MS,
        ...(signal && { signal }),
        ...(onSql && { onSql }),
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
const PATIENCE_MS = 10 * 60_000;

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

async function snapshotEach(
  { runner, read }: Workbench,
  plan: BuildPlan,
  environment: BuildEnvironment,
): Promise<Schema[]> {
  const tell = report(plan, environment, 'up');
  const snapshots = [await read()];
  for (const [index, migration] of plan.folder.migrations.entries()) {
    await timed(environment.onPhase, 'migrations', () => runner.up(migration));
    tell(migration, index);
    snapshots.push(await read());
  }
  return snapshots;
}

/** A failure, and how many migrations are left below it. */
interface Failure {
  readonly down: FailedDown;
  readonly below: number;
}

/** Tries the newest `count` migrations down, newest first, and stops at the first that fails. */
async function downUntilFailure(
  { runner, read }: Workbench,
  plan: BuildPlan,
  environment: BuildEnvironment,
  snapshots: readonly Schema[],
  count: number,
): Promise<Failure | undefined> {
  const tell = report(plan, environment, 'down');
  for (let below = count - 1; below >= 0; below--) {
    const migration = plan.folder.migrations[below];
    const before = snapshots[below];
    if (!migration || !before) return undefined;
    const error = await timed(environment.onPhase, 'down migrations', () =>
      failureOf(runner.down(migration)),
    );
    const leftBehind = error ? [] : differences(before, await read());
    tell(migration, plan.folder.migrations.length - 1 - below);
    if (error || leftBehind.length > 0)
      return { down: { migration: migration.name, leftBehind, ...(error && { error }) }, below };
  }
  return undefined;
}

/** A column that is added again stands last, whatever its migration does: the order is not held against it. */
const differences = (from: Schema, to: Schema) =>
  compare({ from, to }).filter((change) => change.class !== 'order');

/**
 * What `full` asks for beyond the first failure: every other migration is tried too, from the state that its own
 * up left, in a fresh database where a failed one has spoilt the state. `backstage` stops at the first.
 */
async function continueDown(
  plan: BuildPlan,
  environment: BuildEnvironment,
  snapshots: readonly Schema[],
  first: Failure,
): Promise<FailedDown[]> {
  const failed: FailedDown[] = [];
  for (let failure: Failure | undefined = first; failure;) {
    const { down, below }: Failure = failure;
    if (down.error === undefined || !lacksDown(plan, below)) failed.push(down);
    if (plan.format === 'backstage' || below === 0) break;
    failure = await onWorkbench(plan, environment, async (bench) => {
      await timed(environment.onPhase, 'migrations', () =>
        bench.runner.upAll(undefined, plan.folder.migrations.slice(0, below)),
      );
      return downUntilFailure(bench, plan, environment, snapshots, below);
    });
  }
  return failed;
}

/** A migration that never promised a way down has none to fail. */
const lacksDown = ({ folder }: BuildPlan, index: number) => folder.migrations[index]?.hasDown === false;

async function failureOf(step: Promise<void>): Promise<DriftmarkError | undefined> {
  try {
    await step;
    return undefined;
  } catch (error) {
    if (error instanceof DriftmarkError && error.code !== 'interrupted') return error;
    throw error;
  }
}

/** Tells that as many migrations are done as there are up to an index. */
function report({ target, folder }: BuildPlan, { progress }: BuildEnvironment, direction: Step['direction']) {
  return (_migration: Migration, index: number): void => {
    progress?.({ target: target.name, direction, done: index + 1, of: folder.migrations.length });
  };
}
