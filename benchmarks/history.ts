/**
 * How long `driftmark update` takes on long migration histories, with and without trying the migrations down, and how
 * much memory. Exits with 1 if a required figure is missed.
 */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { memoryOfMain, secondsOf } from './measure.js';

interface History {
  readonly migrations: number;
  readonly tables: number;
}

/** What is required of the histories, as `benchmarks/README.md` says. */
const REQUIRED = { seconds: 2, ofNoDown: 4, perMigration: 1.5, megabytes: 250 };

const { values } = parseArgs({
  options: {
    /** Histories as migrations × tables; the first and the last are compared with each other. */
    histories: { type: 'string', default: '100x30,300x90,1000x300' },
    rounds: { type: 'string', default: '3' },
  },
});

interface Migration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
}

/** A table for every few migrations; between them columns, indexes, foreign keys, now and then a view or a function. */
function migrationsOf({ migrations, tables }: History): readonly Migration[] {
  const middle = Math.floor(migrations / 2);
  let made = 0;
  return Array.from({ length: migrations }, (_, at) => {
    if (at === middle) return { name: 'irreversible', ...column(made, at), down: 'SELECT 1;' };
    const isDue = made < Math.ceil(((at + 1) * tables) / migrations);
    if (isDue) return { name: 'table', ...table(++made) };
    if (at % 20 === 11) return { name: 'view', ...view(made, at) };
    if (at % 20 === 19) return { name: 'function', ...routine(at) };
    const kinds = [column, index, foreignKey];
    const kind = kinds[at % kinds.length] ?? column;
    return { name: kind.name, ...kind(made, at) };
  });
}

const table = (n: number) => ({
  up: `CREATE TABLE t${n} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name varchar(200) NOT NULL,
  email text UNIQUE,
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'done')),
  owner_id bigint ${n > 1 ? `REFERENCES t${n - 1}` : ''},
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON t${n} (owner_id);`,
  down: `DROP TABLE t${n};`,
});
const column = (n: number, at: number) => ({
  up: `ALTER TABLE t${n} ADD COLUMN c${at} integer NOT NULL DEFAULT 0;`,
  down: `ALTER TABLE t${n} DROP COLUMN c${at};`,
});
const index = (n: number, at: number) => ({
  up: `CREATE INDEX i${at} ON t${n} (status, created_at DESC);`,
  down: `DROP INDEX i${at};`,
});
const foreignKey = (n: number, at: number) => ({
  up: `ALTER TABLE t${n} ADD COLUMN r${at} bigint;\nALTER TABLE t${n} ADD CONSTRAINT f${at} FOREIGN KEY (r${at}) REFERENCES t1 (id);`,
  down: `ALTER TABLE t${n} DROP COLUMN r${at};`,
});
const view = (n: number, at: number) => ({
  up: `CREATE VIEW v${at} AS SELECT id, name FROM t${n} WHERE status = 'done';`,
  down: `DROP VIEW v${at};`,
});
const routine = (at: number) => ({
  up: `CREATE FUNCTION f${at}(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + ${at}';`,
  down: `DROP FUNCTION f${at}(integer);`,
});

/** Writes the history as plain SQL, and returns the project's folder. */
async function project(parent: string, history: History): Promise<string> {
  const dir = path.join(parent, `${history.migrations}x${history.tables}`);
  await mkdir(path.join(dir, 'migrations'), { recursive: true });
  await writeFile(path.join(dir, 'package.json'), '{"name":"history"}');
  for (const [at, { name, up, down }] of migrationsOf(history).entries()) {
    const file = path.join(dir, 'migrations', `${String(at + 1).padStart(5, '0')}_${name}`);
    await writeFile(`${file}.up.sql`, up);
    await writeFile(`${file}.down.sql`, down);
  }
  return dir;
}

interface Figures {
  readonly history: History;
  readonly seconds: number;
  readonly noDown: number;
  readonly megabytes: number;
}

async function measure(dir: string, history: History, rounds: number): Promise<Figures> {
  const driftmark = path.resolve('bin/driftmark.js');
  const update = [driftmark, 'update'];
  const from = async (args: readonly string[]) => {
    await rm(path.join(dir, 'report.sql.md'), { force: true });
    return secondsOf(process.execPath, args, dir);
  };
  await from(update); // fills the caches
  const times: { down: number; noDown: number }[] = [];
  for (let round = 0; round < rounds; round++)
    times.push({ down: await from(update), noDown: await from([...update, '--no-down']) });
  // Both ways have written the same schema.
  await from(update);
  await secondsOf(process.execPath, [driftmark, 'check', '--no-down'], dir);
  return {
    history,
    seconds: median(times.map(({ down }) => down)),
    noDown: median(times.map(({ noDown }) => noDown)),
    megabytes: (await memoryOfMain(process.execPath, update, dir)) ?? Number.NaN,
  };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function missed(figures: readonly Figures[]): string[] {
  const [first, last] = [figures[0], figures.at(-1)];
  if (!first || !last) return [];
  const perMigration = ({ seconds, history }: Figures) => seconds / history.migrations;
  const checks: [name: string, value: number, limit: number][] = [
    [`seconds of ${nameOf(first.history)}`, first.seconds, REQUIRED.seconds],
    [`${nameOf(last.history)} against --no-down`, last.seconds / last.noDown, REQUIRED.ofNoDown],
    [
      `a migration of ${nameOf(last.history)} against ${nameOf(first.history)}`,
      perMigration(last) / perMigration(first),
      REQUIRED.perMigration,
    ],
    [`megabytes of ${nameOf(last.history)}`, last.megabytes, REQUIRED.megabytes],
  ];
  for (const [name, value, limit] of checks)
    process.stdout.write(
      `${value <= limit ? '✓' : '✗'} ${name}: ${value.toFixed(2)}, at most ${limit.toString()}\n`,
    );
  return checks.filter(([, value, limit]) => !(value <= limit)).map(([name]) => name);
}

const nameOf = ({ migrations, tables }: History) => `${migrations.toString()} × ${tables.toString()}`;

const parent = await mkdtemp(path.join(os.tmpdir(), 'driftmark-history-'));
try {
  const histories = values.histories.split(',').map((text): History => {
    const [migrations = 0, tables = 0] = text.split('x').map(Number);
    return { migrations, tables };
  });
  const figures: Figures[] = [];
  process.stdout.write('| migrations × tables | update | --no-down | ratio | ms a migration | MB |\n');
  process.stdout.write('|---|---|---|---|---|---|\n');
  for (const history of histories) {
    const one = await measure(await project(parent, history), history, Number(values.rounds));
    figures.push(one);
    const cells = [
      nameOf(history),
      `${one.seconds.toFixed(2)} s`,
      `${one.noDown.toFixed(2)} s`,
      `${(one.seconds / one.noDown).toFixed(2)} ×`,
      ((one.seconds / history.migrations) * 1000).toFixed(1),
      one.megabytes.toFixed(0),
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
  }
  process.stdout.write('\n');
  if (missed(figures).length > 0) process.exitCode = 1;
} finally {
  await rm(parent, { recursive: true, force: true });
}
