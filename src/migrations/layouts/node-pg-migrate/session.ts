import type pg from 'pg';
import { DriftmarkError } from '../../../errors.js';
import { importOptional, importProjectPackage, preloadProjectPackage } from '../code/project-package.js';
import { codeSession, exportsOf, loadMigrations, withoutFunction } from '../code/session.js';
import type { CodeRunner, Migration, MigrationSession, SessionObserver, SessionSetup } from '../layout.js';
import type { Direction } from '../../runner/protocol.js';

const NAME = 'node-pg-migrate';

/** Where older versions keep the builder, which they do not export: 7, then 5 and 6. */
const OLD_MODULES = [`${NAME}/dist/migrationBuilder`, `${NAME}/dist/migration-builder`];

/** Turns a migration into SQL. */
type BuilderClass = new (
  db: object,
  shorthands: object,
  shouldDecamelize: boolean,
  logger: object,
) => MigrationBuilder;

interface MigrationBuilder {
  /** Turns each operation into its opposite. */
  enableReverseMode(): void;
  getSqlSteps(): readonly string[];
  isUsingTransaction(): boolean;
}

type Step = (pgm: MigrationBuilder, done?: () => void) => unknown;

export const nodePgMigrateRunner: CodeRunner = {
  warmUp: (...dirs) => preloadProjectPackage(NAME, dirs),
  openSession,
};

/**
 * Runs migrations with the project's node-pg-migrate: its builder makes the SQL, and infers a missing down. Each runs in a
 * transaction unless it calls `pgm.noTransaction()`.
 */
async function openSession(setup: SessionSetup, observer: SessionObserver): Promise<MigrationSession> {
  const MigrationBuilder = await builderOf(setup);
  const modules = await loadMigrations(setup, observer);
  const shorthands = shorthandsOf(setup.folder.migrations, modules);
  return codeSession(setup, observer, {
    open: async (driver) => {
      const client = new driver.Client();
      await client.connect();
      return client;
    },
    run: async (client, direction, migration) => {
      const script = migration[direction];
      if (script) {
        const queries = script.queries.map(({ text }) => text);
        await send(client, queries, script.transaction);
        return;
      }
      const pgm = new MigrationBuilder(
        connectionOf(client),
        shorthands.get(migration.name) ?? {},
        false,
        console,
      );
      const action = actionOf(modules.get(migration.name), direction, migration);
      if (action.isReversed) pgm.enableReverseMode();
      await call(action.step, pgm);
      await send(client, pgm.getSqlSteps(), pgm.isUsingTransaction());
    },
    close: (client) => client.end(),
  });
}

async function builderOf(setup: SessionSetup): Promise<BuilderClass> {
  const found = await importProjectPackage<{ MigrationBuilder?: BuilderClass }>(NAME, NAME, setup);
  const old =
    found.MigrationBuilder ??
    (await importOptional<{ default?: BuilderClass | { default?: BuilderClass } }>(OLD_MODULES, setup))
      ?.default;
  const builder = typeof old === 'object' ? old.default : old;
  if (typeof builder === 'function') return builder;
  throw new DriftmarkError(
    'migrations-invalid',
    'The installed version of node-pg-migrate has no `MigrationBuilder` that driftmark could use.',
    {
      place: { file: setup.folder.migrations[0]?.file ?? setup.folder.dir },
      remedy: 'Update node-pg-migrate to version 8 or newer.',
    },
  );
}

/** Each migration also has the shorthands of those before it. */
function shorthandsOf(
  migrations: readonly Migration[],
  modules: ReadonlyMap<string, object>,
): ReadonlyMap<string, object> {
  let all = {};
  return new Map(
    migrations.map(({ name }) => {
      all = { ...all, ...(exportsOf(modules.get(name), 'shorthands') as object | undefined) };
      return [name, all];
    }),
  );
}

function actionOf(
  module: object | undefined,
  direction: Direction,
  migration: Migration,
): { readonly step: Step; readonly isReversed: boolean } {
  const [up, down] = [exportsOf(module, 'up'), exportsOf(module, 'down')];
  const isReversed = direction === 'down' && (down === undefined || down === up);
  const step = direction === 'up' || isReversed ? up : down;
  if (typeof step === 'function') return { step: step as Step, isReversed };
  throw withoutFunction(migration, direction, `exports.${direction} = (pgm) => { … };`);
}

/** A migration with a second parameter is finished when it calls that function. */
async function call(step: Step, pgm: MigrationBuilder): Promise<void> {
  if (step.length < 2) await step(pgm);
  else
    await new Promise<void>((resolve) => {
      step(pgm, resolve);
    });
}

async function send(client: pg.Client, queries: readonly string[], transaction: boolean): Promise<void> {
  if (transaction) await client.query('BEGIN');
  try {
    for (const sql of queries) await client.query(sql);
    if (transaction) await client.query('COMMIT');
  } catch (error) {
    if (transaction) await client.query('ROLLBACK');
    throw error;
  }
}

/** What a migration may ask of `pgm.db`. */
const connectionOf = (client: pg.Client) => ({
  query: client.query.bind(client),
  select: async (...args: [string, unknown[]?]) => (await client.query<object>(...args)).rows,
});
