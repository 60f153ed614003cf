/**
 * How the check of many databases, and of many tenant schemas of one database, grows with their number: processor time
 * of the command and of the server, and the command's peak memory. A few of them have drifted, each in its own way.
 * Exits with 1 if twice as many take clearly more than twice the time.
 *
 *     npm run build && npx jiti benchmarks/fleet.ts [--databases 250,500] [--schemas 1000,2000,4000]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { cleanEnv } from '../tests/support/cli.js';
import type { Cluster } from '../tests/support/cluster.js';
import { withBenchmarkClusters } from './clusters.js';
import { processorSecondsOf } from './measure.js';

const { values } = parseArgs({
  options: {
    databases: { type: 'string', default: '250,500' },
    schemas: { type: 'string', default: '1000,2000,4000' },
  },
});

/** The largest accepted factors for twice as many, without the time and memory of the check of a single one. */
const WORST = { seconds: 2.4, megabytes: 1.6 };
/** One in this number of databases or schemas has drifted. */
const DRIFTED = 50;
/** How many schemas are created in one transaction. */
const BATCH = 50;

/** A small application: six tables with indexes, constraints, and a view of each. */
const TABLES = Array.from({ length: 6 }, (_, at) => {
  const parent = at > 0 ? `, parent_id bigint REFERENCES t${at - 1} (id)` : '';
  return `CREATE TABLE t${at} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    status state NOT NULL DEFAULT 'new', total numeric(10,2) CHECK (total >= 0), at timestamptz DEFAULT now()${parent});
  CREATE INDEX ON t${at} (at) WHERE total > 0; CREATE VIEW v${at} AS SELECT id, name FROM t${at} WHERE status = 'new';`;
});
const SCHEMA = `CREATE TYPE state AS ENUM ('new', 'old'); ${TABLES.join('\n')}`;
const driftOf = (at: number) => (at % DRIFTED === 0 ? `ALTER TABLE t0 ADD note${at} text;` : '');

interface Figures {
  readonly count: number;
  /** Processor time of the command and of the server. */
  readonly command: number;
  readonly server: number;
  readonly elapsed: number;
  readonly megabytes: number;
}

/** The command reports its own peak memory and processor time, because not every system lets other processes read it. */
const REPORT_USAGE = `data:text/javascript,import { writeSync } from 'node:fs';
  process.on('exit', () => writeSync(3, JSON.stringify(process.resourceUsage())));`;

/** Runs the command in a folder and measures it. */
async function measure(
  server: Cluster,
  cwd: string,
  count: number,
  args: readonly string[],
): Promise<Figures> {
  const client = await server.connect();
  const { rows } = await client.query<{ file: string }>(`SELECT pg_read_file('postmaster.pid') AS file`);
  await client.end();
  const postmaster = Number.parseInt(rows[0]?.file ?? '', 10);
  const [serverBegan, began] = [processorSecondsOf(postmaster), performance.now()];
  const child = spawn(
    process.execPath,
    ['--import', REPORT_USAGE, path.resolve('bin/driftmark.js'), ...args],
    { cwd, env: cleanEnv({}), stdio: ['ignore', 'inherit', 'inherit', 'pipe'] },
  );
  let report = '';
  child.stdio[3]?.on('data', (chunk: Buffer) => (report += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  if (code === 1) throw new Error(`driftmark ${args.join(' ')} ended with ${code.toString()}`);
  const usage = JSON.parse(report) as NodeJS.ResourceUsage;
  return {
    count,
    command: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
    server: processorSecondsOf(postmaster) - serverBegan,
    elapsed: (performance.now() - began) / 1000,
    megabytes: usage.maxRSS / 1024,
  };
}

/** Makes databases or schemas up to a number, and checks all of them. */
type Fleet = (count: number) => Promise<Figures>;

function databasesOf(server: Cluster, dir: string): Fleet {
  const urls: string[] = [];
  return async (count) => {
    const client = await server.connect();
    for (let at = urls.length; at < count; at++) {
      await client.query(`CREATE DATABASE d${at} TEMPLATE application STRATEGY file_copy`);
      urls.push(server.url(`d${at}`));
      if (driftOf(at) === '') continue;
      const own = await server.connect(`d${at}`);
      await own.query(driftOf(at));
      await own.end();
    }
    await client.end();
    await writeFile(path.join(dir, 'urls.txt'), urls.join('\n'));
    return measure(server, dir, count, [
      'check',
      '--urls-from',
      'urls.txt',
      '--reporter',
      'json',
      '-o',
      'result.json',
    ]);
  };
}

function schemasOf(server: Cluster, dir: string): Fleet {
  let made = 0;
  return async (count) => {
    const client = await server.connect('tenants');
    while (made < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - made) }, (_, at) => made + at);
      await client.query(
        batch
          .map((at) => `CREATE SCHEMA tenant_${at}; SET search_path = tenant_${at}; ${SCHEMA} ${driftOf(at)}`)
          .join('\n'),
      );
      made += batch.length;
    }
    // Autovacuum would have done this on a real server.
    await client.query('VACUUM ANALYZE');
    await client.end();
    const url = server.url('tenants');
    return measure(server, dir, count, [
      'check',
      '--url',
      url,
      '--schema',
      'tenant_*',
      '--reporter',
      'json',
      '-o',
      'result.json',
    ]);
  };
}

/** Measures a fleet of one, and then each size; prints how each figure grows. Returns whether the growth is accepted. */
async function table(noun: string, sizes: readonly number[], fleet: Fleet): Promise<boolean> {
  const single = await fleet(1);
  let isAccepted = true;
  let last: Figures | undefined;
  for (const size of sizes) {
    const figures = await fleet(size);
    const { command, server, elapsed, megabytes } = figures;
    const seconds = ({ command, server }: Figures) => command + server - single.command - single.server;
    const growth = last && (seconds(figures) / seconds(last)) * ((2 * last.count) / size);
    const memory = last === undefined ? undefined : megabytes / last.megabytes;
    if ((growth ?? 0) > WORST.seconds || (memory ?? 0) > WORST.megabytes) isAccepted = false;
    console.log(
      `${String(size).padStart(5)} ${noun}: command ${command.toFixed(1)} s + server ${server.toFixed(1)} s of the processor` +
        (growth === undefined ? '' : ` (twice as many: × ${growth.toFixed(2)})`) +
        `, ${elapsed.toFixed(1)} s elapsed, ${megabytes.toFixed(0)} MB` +
        (memory === undefined ? '' : ` (× ${memory.toFixed(2)})`),
    );
    last = figures;
  }
  return isAccepted;
}

const sizesIn = (list: string) =>
  list
    .split(',')
    .map(Number)
    .filter((size) => size > 0);
const dir = await mkdtemp(path.join(os.tmpdir(), 'driftmark-fleet-'));
try {
  const result = await withBenchmarkClusters(18, async ({ make }) => {
    const server = await make('fleet', { shared_buffers: '128MB' });
    await server.start();
    const client = await server.connect();
    await client.query('CREATE DATABASE application');
    await client.query('CREATE DATABASE tenants');
    await client.end();
    const application = await server.connect('application');
    await application.query(SCHEMA);
    await application.end();
    await writeFile(path.join(dir, 'package.json'), '{ "name": "fleet" }');
    await measure(server, dir, 1, ['show', server.url('application'), '--output-file', 'report.sql.md']);
    const databases = await table('databases', sizesIn(values.databases), databasesOf(server, dir));
    const schemas = await table('schemas', sizesIn(values.schemas), schemasOf(server, dir));
    return databases && schemas;
  });
  if (result !== true) process.exitCode = 1;
  if (typeof result === 'object') console.log(result.unavailable);
} finally {
  await rm(dir, { recursive: true, force: true });
}
