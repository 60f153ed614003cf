/**
 * Measures the time to read and print a large schema, in turn with `pg_dump --schema-only` on the same server.
 * Exits with 1 if driftmark takes longer, or needs more memory than the limit.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { withBenchmarkClusters } from './clusters.js';
import { cleanEnv } from '../tests/support/cli.js';
import type { Cluster } from '../tests/support/cluster.js';
import { postgresTools } from '../tests/support/pg-dump.js';
import { POSTGRES_MAJORS } from '../tests/support/postgres-versions.js';

const MEMORY_LIMIT_MB = 300;
/** How much of pg_dump's time driftmark may take: the start of Node counts less if the schema is large. */
const timeLimit = (tables: number) => (tables < 1000 ? 1.3 : 0.9);
const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '5000' },
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

async function fill(server: Cluster, tables: number): Promise<void> {
  const client = await server.connect();
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

/** The process reports its own peak memory, because not every system lets other processes read it. */
const REPORT_MEMORY = `data:text/javascript,import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

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
const pgDump = tools.unavailable === undefined ? tools.pgDump : undefined;
const pgDumpMajor = tools.unavailable === undefined ? tools.major : Infinity;
const major = POSTGRES_MAJORS.findLast((each) => each <= pgDumpMajor) ?? 18;
if (pgDump === undefined) console.log('no pg_dump is installed: there is nothing to compare with');

const result = await withBenchmarkClusters(major, async ({ make }) => {
  const server = await make('large', { shared_buffers: '128MB' });
  await server.start();
  await fill(server, Number(values.tables));
  const show = ['--import', REPORT_MEMORY, 'bin/driftmark.js', 'show', server.url()];
  const dump = [
    '--schema-only',
    `--host=${server.host}`,
    `--port=${server.port}`,
    '--username=postgres',
    'postgres',
  ];
  const ours: Run[] = [];
  const theirs: Run[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    if (pgDump !== undefined) theirs.push(await run(pgDump, dump));
    ours.push(await run(process.execPath, show));
  }
  return { ours, theirs };
});

if ('unavailable' in result) {
  console.log(result.unavailable);
  process.exitCode = 1;
} else {
  const seconds = median(result.ours.map((each) => each.seconds));
  const megabytes = Math.max(...result.ours.map((each) => each.megabytes));
  const theirs = median(result.theirs.map((each) => each.seconds));
  console.log(`PostgreSQL ${major}, ${values.tables} tables, the median of ${values.rounds} rounds`);
  console.log(`driftmark show   ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB at most`);
  if (pgDump !== undefined)
    console.log(
      `pg_dump -s       ${theirs.toFixed(2)} s (driftmark: ${(seconds / theirs).toFixed(2)} of it)`,
    );
  if (seconds > theirs * timeLimit(Number(values.tables)) || megabytes > MEMORY_LIMIT_MB)
    process.exitCode = 1;
}
