import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomNumbers, randomStatements } from '../support/random-ddl.js';
import { replay, type TestMigration } from '../support/replay.js';
import { startServer, type TestServer } from '../support/own-server.js';
import { runsAll } from '../support/selection.js';

let test: TestServer;
beforeAll(async () => {
  test = await startServer();
});
afterAll(() => test.stop());
// Each reading of what changed is compared with a reading of everything, and throws if they differ.
beforeEach(() => vi.stubEnv('DRIFTMARK_VERIFY_READINGS', '1'));
afterEach(() => vi.unstubAllEnvs());

/** A statement that may fail, and then changes nothing. */
const tolerant = (statement: string) =>
  `DO $try$ BEGIN EXECUTE $sql$${statement}$sql$; EXCEPTION WHEN OTHERS THEN NULL; END $try$;`;

describe('the readings of a replay', () => {
  it('see what random migrations change, up and down', async () => {
    const seed = Number(process.env.DRIFTMARK_TEST_SEED ?? 1);
    const statement = randomStatements(randomNumbers(seed));
    const some = (count: number) => Array.from({ length: count }, () => tolerant(statement())).join('\n');
    const schemas = tolerant(
      'CREATE SCHEMA app; CREATE SCHEMA "B c"; CREATE ROLE rnd_one; CREATE ROLE rnd_two;',
    );
    const random = Array.from({ length: runsAll ? 300 : 30 }, (_, at): TestMigration => {
      return { up: some(1 + (at % 4)), ...(at % 3 > 0 && { down: some(1 + (at % 2)) }) };
    });
    const { snapshots } = await replay(test.server, [{ up: schemas }, ...random]);
    expect(snapshots).toHaveLength(random.length + 2);
  });

  it('see what migrations change that hide their writes, or write in another session', async () => {
    const migrations = [
      { up: 'CREATE TABLE a (id integer);', down: 'DROP TABLE a;' },
      { up: 'SET track_counts = off; CREATE TABLE b (id integer);', down: 'DROP TABLE b;' },
      { up: 'ALTER TABLE b ADD c text DEFAULT 1;', down: 'SET track_counts = off; ALTER TABLE b DROP c;' },
      {
        up: 'CREATE INDEX i ON b (c); SELECT pg_stat_reset();',
        down: 'DROP INDEX i; SELECT pg_stat_reset();',
      },
    ];
    const { failed, schema } = await replay(test.server, migrations);
    expect(failed).toEqual([]);
    expect(schema.objects.index.map(({ name }) => name)).toEqual(['i']);
  });

  it('see what a failed down migration left behind', async () => {
    const migrations = Array.from({ length: 6 }, (_, at) => ({
      up: `CREATE TABLE t${at} (id integer);`,
      down: at % 2 === 0 ? `DROP TABLE t${at};` : `BEGIN; ALTER TABLE t${at} ADD c text; COMMIT; SELECT 1/0;`,
    }));
    const { failed } = await replay(test.server, migrations);
    expect(failed).toHaveLength(3);
  });
});
