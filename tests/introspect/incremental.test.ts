import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backstageReader } from '#src/introspect/backstage-reader.js';
import { incrementalReader } from '#src/introspect/incremental/incremental-reader.js';
import { introspect } from '#src/introspect/introspect.js';
import { preparing } from '#src/replay/prepared-statements.js';
import { connect } from '#src/scratch/client.js';
import { ALL_KINDS } from '#src/schema/kinds.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { postgresBin } from '../support/postgres-versions.js';
import { randomNumbers, randomStatements } from '../support/random-ddl.js';
import { majors, runsAll } from '../support/selection.js';

const STEPS = runsAll ? 1500 : 120;
const SEED = Number(process.env.DRIFTMARK_TEST_SEED ?? 1);

interface Step {
  readonly statements: readonly string[];
  readonly transaction: 'none' | 'commit' | 'rollback';
}

function nextStep(random: () => number, statement: () => string): Step {
  const kind = random();
  if (kind < 0.6) return { statements: [statement()], transaction: 'none' };
  const statements = Array.from({ length: 2 + Math.floor(random() * 3) }, statement);
  return { statements, transaction: kind < 0.9 ? 'commit' : 'rollback' };
}

/** Runs a step as a migration would. A statement that fails undoes its transaction only. */
async function perform(client: Client, { statements, transaction }: Step): Promise<readonly string[]> {
  const done: string[] = [];
  if (transaction !== 'none') await client.query('BEGIN');
  for (const statement of statements) {
    if (transaction !== 'none') await client.query('SAVEPOINT s');
    try {
      await client.query(statement);
      done.push(statement);
    } catch {
      if (transaction !== 'none') await client.query('ROLLBACK TO SAVEPOINT s');
    }
  }
  if (transaction === 'commit') await client.query('COMMIT');
  if (transaction === 'rollback') await client.query('ROLLBACK');
  return transaction === 'rollback' ? [...done, 'ROLLBACK'] : done;
}

describe.each(majors())('the incremental reading on PostgreSQL %s', (major) => {
  let test: TestServer | undefined;
  let writer: Client;
  let reader: Client;
  let unavailable: string | undefined;
  beforeAll(async () => {
    const found = await postgresBin(major);
    unavailable = found.unavailable;
    if (found.unavailable !== undefined) return;
    test = await startServer(found.bin);
    const { connection } = await test.server.createDatabase();
    const signal = new AbortController().signal;
    writer = await connect(connection, signal);
    reader = await connect(connection, signal, { pipeline: true });
    await reader.query('SET plan_cache_mode = force_generic_plan');
    await writer.query('CREATE ROLE rnd_one; CREATE SCHEMA app; CREATE SCHEMA "B c";');
  });
  afterAll(async () => {
    await writer.end();
    await reader.end();
    await test?.stop();
  });

  it('equals a full reading after every step of random DDL', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    const random = randomNumbers(SEED + major);
    const statement = randomStatements(random);
    // Some steps leave the counters incomplete.
    let isCounted = false;
    const read = incrementalReader(await preparing(reader), {
      covers: () => true,
      historyTables: [],
      verify: true,
      areWritesCounted: () => isCounted,
    });
    const forBackstage = { covers: (name: string) => name === 'public', historyTables: ['%1'] };
    const readBackstage = backstageReader(await preparing(reader), forBackstage);
    const past: string[] = [];
    await read();
    for (let step = 0; step < STEPS; step++) {
      past.push(...(await perform(writer, nextStep(random, statement))));
      isCounted = major >= 15 && step % 7 > 0;
      if (isCounted) await writer.query('SELECT pg_stat_force_next_flush()');
      await read().catch((error: unknown) => {
        const text = past.slice(-15).join(';\n');
        throw new Error(`seed ${SEED.toString()}, step ${step.toString()}: ${String(error)}\n${text}`);
      });
      if (step % 5 > 0) continue;
      const whole = await introspect(reader, { ...forBackstage, detail: 'backstage' });
      expect((await readBackstage()).objects).toEqual(whole.objects);
    }
  });

  it('keeps the references of everything that did not change', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    await writer.query('DROP SCHEMA IF EXISTS public, app, "B c" CASCADE; CREATE SCHEMA public;');
    await writer.query('CREATE TABLE a (id int PRIMARY KEY, n int CHECK (n > 0)); CREATE TABLE b (id int);');
    const read = incrementalReader(await preparing(reader), { covers: () => true, historyTables: [] });
    const first = await read();
    expect(await read()).toBe(first);
    await writer.query('ALTER TABLE b ADD c int');
    const second = await read();
    const changed = ALL_KINDS.filter((kind) => second.objects[kind] !== first.objects[kind]);
    expect(changed).toEqual(['column']);
    expect(
      second.objects.column.slice(0, 3).map((column, at) => column === first.objects.column[at]),
    ).toEqual([true, true, true]);
  });

  it('keeps the references of everything that did not change in the format backstage, too', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    await writer.query('DROP SCHEMA IF EXISTS public, app, "B c" CASCADE; CREATE SCHEMA public;');
    await writer.query(
      `CREATE TABLE a (id int PRIMARY KEY, n text DEFAULT E'1\n2'); CREATE TABLE b (id int)`,
    );
    const read = backstageReader(await preparing(reader), { historyTables: [] });
    const first = await read();
    expect(first.objects.column.find(({ name }) => name === 'n')?.default).toBe("'1\n2'::text");
    await writer.query('ALTER TABLE b ADD c int');
    const second = await read();
    expect(ALL_KINDS.filter((kind) => second.objects[kind] !== first.objects[kind])).toEqual(['column']);
    expect(first.objects.column.filter((column) => !second.objects.column.includes(column))).toEqual([]);
    await writer.query('ALTER TABLE b DROP c');
    expect((await read()).objects.column).toBe(first.objects.column);
  });

  it('sees a setting of a TOAST table, which is stored in a row of its own', async (context) => {
    if (unavailable !== undefined) return context.skip(unavailable);
    await writer.query(
      'CREATE TABLE toasted (t text); CREATE MATERIALIZED VIEW kept AS SELECT t FROM toasted',
    );
    const read = incrementalReader(await preparing(reader), {
      covers: () => true,
      historyTables: [],
      verify: true,
    });
    await read();
    for (const relation of ['TABLE toasted', 'MATERIALIZED VIEW kept']) {
      await writer.query(`ALTER ${relation} SET (toast.autovacuum_enabled = false)`);
      await read();
    }
    const { table, materializedView } = (await read()).objects;
    const options = [...table, ...materializedView].map(({ name, toastOptions }) => [name, toastOptions]);
    expect(Object.fromEntries(options)).toMatchObject({
      toasted: ['autovacuum_enabled=false'],
      kept: ['autovacuum_enabled=false'],
    });
  });
});
