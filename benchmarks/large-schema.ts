/**
 * Measures the time to read and print large schemas, in turn with `pg_dump --schema-only` on the same server.
 * Exits with 1 if driftmark takes longer, or needs more memory than the limit.
 *
 *     npm run build && npx jiti benchmarks/large-schema.ts [--tables 300,400,600,5000] [--regression] [--rounds 5]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import path from 'node:path';
import { withBenchmarkClusters } from './clusters.js';
import { cleanEnv } from '../tests/support/cli.js';
import type { Cluster } from '../tests/support/cluster.js';
import { regressionTests } from '../tests/support/debian-packages.js';
import { inFolder } from '../tests/support/folders.js';
import { postgresTools } from '../tests/support/pg-dump.js';
import { makeRegressionSchema, REGRESSION_SUITES } from '../tests/support/regression-schema.js';
import { POSTGRES_MAJORS } from '../tests/support/postgres-versions.js';

const MEMORY_LIMIT_MB = 300;
/** How much of pg_dump's time driftmark may take: the start of Node counts less if the schema is large. */
const timeLimit = (tables: number) => (tables < 1000 ? 1.3 : 0.9);
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '300,400,600,5000' },
    /** Also measures the schema that PostgreSQL's own regression tests leave. */
    regression: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
  },
});

/** Twelve columns, a primary key, two more indexes, and a foreign key to the previous table. */
const table = (n: number) => `
  CREATE TABLE t${n} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL,
    name varchar(200) NOT NULL, email text, status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'done')),
    total numeric(12,2), currency character(3) DEFAULT 'EUR', data jsonb DEFAULT '{}', tags text[],
    owner_id bigint ${n > 1 ? `REFERENCES t${n - 1}` : ''}, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz);
  CREATE INDEX ON t${n} (tenant_id, created_at DESC);
  CREATE UNIQUE INDEX ON t${n} (lower(email)) WHERE email IS NOT NULL;`;

const BATCH = 100;

async function fill(server: Cluster, database: string, tables: number): Promise<void> {
  const client = await server.connect(database);
  for (let made = 0; made < tables; made += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, tables - made) }, (_, at) => table(made + at + 1));
    await client.query(batch.join('\n'));
  }
  // Autovacuum would have done this on a real server.
  await client.query('VACUUM ANALYZE');
  await client.end();
}

interface Run {
  readonly seconds: number;
  readonly megabytes: number;
}

async function run(program: string, args: readonly string[]): Promise<Run> {
  const began = performance.now();
  const child = spawn(program, args, {
    env: cleanEnv({ LC_ALL: 'C', PGPASSWORD: 'none' }),
    stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  let kilobytes = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => (kilobytes += chunk.toString()));
  child.stdout?.resume();
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return { seconds: (performance.now() - began) / 1000, megabytes: Number(kilobytes) / 1024 };
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

const tools = await postgresTools();
if (tools.unavailable !== undefined)
  throw new Error(`${tools.unavailable}: there is nothing to compare with`);
const { pgDump } = tools;
const major = POSTGRES_MAJORS.findLast((each) => each <= tools.major) ?? 18;

/** Reads a database with both programs, in turns, and prints the medians. */
async function measure(server: Cluster, database: string, name: string, limit: number): Promise<void> {
  const show = [
    '--require',
    './benchmarks/report-memory.cjs',
    'bin/driftmark.js',
    'show',
    server.url(database),
  ];
  const dump = [
    '--schema-only',
    `--host=${server.host}`,
    `--port=${server.port}`,
    '--username=postgres',
    database,
  ];
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    theirs.push(await run(pgDump, dump));
    ours.push(await run(process.execPath, show));
  }
  const [own, other] = [ours, theirs].map((runs) => median(runs.map((each) => each.seconds)));
  const factor = (own ?? NaN) / (other ?? NaN);
  const megabytes = Math.max(...ours.map((each) => each.megabytes));
  console.log(
    `${name}: driftmark ${own?.toFixed(2)} s, pg_dump ${other?.toFixed(2)} s: ${factor.toFixed(2)} × (limit ${limit}); ${megabytes.toFixed(0)} MB`,
  );
  if (factor > limit || megabytes > MEMORY_LIMIT_MB) process.exitCode = 1;
}

async function makeRegressionDatabase(server: Cluster, psql: string): Promise<void> {
  const suite = REGRESSION_SUITES.find((each) => each.major === major);
  if (!suite) throw new Error(`the regression tests of PostgreSQL ${major} are not available`);
  const sources = await regressionTests(major, suite.suite);
  if (sources.unavailable !== undefined) throw new Error(sources.unavailable);
  const { host, port } = server;
  await inFolder(async (work) => {
    await makeRegressionSchema(
      { sources: sources.dir, work, programs: path.dirname(psql) },
      { host, port, user: 'postgres', database: 'regression' },
    );
  });
}

const result = await withBenchmarkClusters(major, async ({ make }) => {
  const server = await make('large', { shared_buffers: '128MB' });
  await server.start();
  const admin = await server.connect();
  console.log(`PostgreSQL ${major}, the medians of ${values.rounds} rounds`);
  for (const tables of values.tables.split(',').filter(Boolean).map(Number)) {
    await admin.query(`CREATE DATABASE t${tables}`);
    await fill(server, `t${tables}`, tables);
    await measure(server, `t${tables}`, `${tables} tables`, timeLimit(tables));
  }
  if (values.regression) {
    await admin.query('CREATE DATABASE regression');
    await makeRegressionDatabase(server, tools.psql);
    await measure(server, 'regression', 'regression tests', 1.3);
  }
  await admin.end();
});
if (result !== undefined) throw new Error(result.unavailable);
