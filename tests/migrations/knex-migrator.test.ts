import knex, { type Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createMigrator,
  type MigratorSettings,
  type Module,
  type Modules,
} from '#src/migrations/layouts/knex/migrator.js';
import type { Direction } from '#src/migrations/runner/protocol.js';
import type { TestServer } from '../support/own-server.js';
import { sharedServer } from '../support/shared-server.js';

let test: TestServer;
beforeAll(async () => {
  test = await sharedServer();
});
afterAll(() => test.stop());

const makesTable = (name: string): Module => ({
  up: (db) => db.schema.createTable(name, (table) => table.increments()),
  down: (db) => db.schema.dropTable(name),
});

const tables = (...names: readonly string[]): Modules =>
  new Map(names.map((name) => [name, makesTable(name)]));

interface Bench {
  /** Runs migrations, such as `+a -a`: each up, or down. */
  readonly run: (steps: string) => Promise<void>;
  /** The tables that the migrations created, and the migrations that knex has recorded. */
  readonly state: () => Promise<{ readonly made: readonly string[]; readonly recorded: readonly string[] }>;
}

async function onBench(modules: Modules, settings: MigratorSettings, use: (bench: Bench) => Promise<void>) {
  const { connection } = await test.server.createDatabase();
  const migrator = createMigrator(modules, settings);
  const log = { warn: () => undefined };
  const db = knex({ client: 'pg', connection: { ...connection }, migrations: migrator.settings, log });
  const other = knex({ client: 'pg', connection: { ...connection } });
  const namesOf = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).sort();
  try {
    await use({
      run: async (steps) => {
        for (const [, sign, name = ''] of steps.matchAll(/([+-])(\w+)/g))
          await migrator.run(db, (sign === '+' ? 'up' : 'down') satisfies Direction, name);
      },
      state: async () => ({
        made: namesOf(
          await other('pg_tables')
            .where({ schemaname: 'public' })
            .andWhere('tablename', 'not like', 'knex%')
            .select({ name: 'tablename' }),
        ),
        recorded: namesOf(await other('knex_migrations').select('name')),
      }),
    });
  } finally {
    await migrator.stop();
    await Promise.all([db.destroy(), other.destroy()]);
  }
}

describe('the migrator of knex', () => {
  it.each([
    '+a +b +c -c -b -a',
    '+a +b +c -c -b +b +c -c -b -a',
    '+a -a +a +b -b +b +c -c +c',
    '+a +b -b +b +c -c -b',
    '+a +b -a +a +c -b -c',
    '+b +c +a -c -b -a +a',
    '+a +b +c -b -a +a +b -c',
  ])('has applied and recorded each migration of %s before the next one', async (steps) => {
    await onBench(tables('a', 'b', 'c'), {}, async ({ run, state }) => {
      const applied = new Set<string>();
      for (const step of steps.split(' ')) {
        await run(step);
        if (step.startsWith('+')) applied.add(step.slice(1));
        else applied.delete(step.slice(1));
        const expected = [...applied].sort();
        expect(await state()).toEqual({ made: expected, recorded: expected });
      }
    });
  });

  it('can go on in both directions after a migration that failed', async () => {
    let fails = true;
    const modules = tables('a', 'b', 'c');
    const flaky: Module = {
      ...makesTable('b'),
      up: (db) => (fails ? db.raw('SELECT 1/0') : makesTable('b').up(db)),
    };
    await onBench(new Map(modules).set('b', flaky), {}, async ({ run, state }) => {
      await expect(run('+a +b')).rejects.toThrow('division by zero');
      expect(await state()).toEqual({ made: ['a'], recorded: ['a'] });
      fails = false;
      await run('+b +c -c -b -a +a');
      expect(await state()).toEqual({ made: ['a'], recorded: ['a'] });
    });
  });

  it('fails if a migration catches the error of a statement, which aborts its transaction', async () => {
    const catches: Module = {
      ...makesTable('a'),
      up: async (db) => {
        await makesTable('a').up(db);
        await db.raw('SELECT 1/0').catch(() => undefined);
      },
    };
    await onBench(new Map([['a', catches]]), {}, async ({ run, state }) => {
      await expect(run('+a')).rejects.toThrow('current transaction is aborted');
      expect(await state()).toEqual({ made: [], recorded: [] });
    });
  });

  it.each([
    { settings: {}, own: undefined, isTransaction: true },
    { settings: {}, own: false, isTransaction: false },
    { settings: { disableTransactions: true }, own: undefined, isTransaction: false },
    { settings: { disableTransactions: true }, own: true, isTransaction: true },
  ])(
    'uses a transaction for a migration as knex does: $settings, $own',
    async ({ settings, own, isTransaction }) => {
      const seen: unknown[] = [];
      const module: Module = {
        ...(own !== undefined && { config: { transaction: own } }),
        up: (db) => Promise.resolve(seen.push(db.isTransaction ?? false)),
        down: (db) => Promise.resolve(seen.push(db.isTransaction ?? false)),
      };
      await onBench(
        new Map([
          ['a', module],
          ['b', module],
        ]),
        settings,
        ({ run }) => run('+a +b -b -a'),
      );
      expect(seen).toEqual(seen.map(() => isTransaction));
      expect(seen).toHaveLength(4);
    },
  );

  it('runs the hooks of a migration with it, and not before it is asked for', async () => {
    const events: string[] = [];
    const hook = (event: string) => (_: Knex, migrations: readonly unknown[]) =>
      Promise.resolve(events.push(`${event} ${migrations.join()}`));
    const settings = {
      beforeAll: hook('before all of'),
      beforeEach: hook('before'),
      afterEach: hook('after'),
      afterAll: hook('after all of'),
    };
    await onBench(tables('a', 'b'), settings, async ({ run }) => {
      await run('+a');
      expect(events).toEqual(['before all of a,b', 'before a', 'after a']);
      await run('+b');
      expect(events.slice(3)).toEqual(['before b', 'after b', 'after all of a,b']);
    });
  });

  it('records migrations in the table that the knexfile names', async () => {
    await onBench(tables('a'), { tableName: 'knex_own' }, async ({ run, state }) => {
      await run('+a');
      await expect(state()).rejects.toThrow('relation "knex_migrations" does not exist');
    });
  });
});
