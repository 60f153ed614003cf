/* global AbortController */
/**
 * Measures whether a fleet needs the same memory whatever its size, and time in proportion to its size:
 *
 *   npm run build && node benchmarks/fleet.js [databases] [schemas]
 *
 * Creates N, then 2N databases on an embedded server, and as many schemas in one database. A few of them have drifted.
 * Runs the command for all of them, and prints its time and its peak memory. Exits with 1 if twice the number takes much
 * more than twice the time, or much more memory.
 * Default: 250 and 1000, so that the larger runs have 500 databases and 2,000 schemas.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { connect } from '../dist/scratch/client.js';
import { withScratchServer } from '../dist/scratch/scratch.js';

const [databases = 250, schemas = 1000] = process.argv.slice(2).map(Number);
const BIN = path.resolve(import.meta.dirname, '../bin/driftmark.js');
const never = new AbortController().signal;
/** Loaded into the process of the command. Records its peak memory (KiB) and CPU time (µs) at the end. */
const MEASURE = `data:text/javascript,import { writeFileSync } from 'node:fs';
process.on('exit', () => writeFileSync(process.env.MEASURED, JSON.stringify(process.resourceUsage())))`.replaceAll(
  '\n',
  '',
);

/** A small application: six tables with indexes, constraints and triggers. */
const SCHEMA = Array.from(
  { length: 6 },
  (
    _,
    at,
  ) => `CREATE TABLE t${at} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE,
    status state NOT NULL DEFAULT 'new', total numeric(10,2) CHECK (total >= 0), at timestamptz DEFAULT now()
    ${at > 0 ? `, parent_id bigint REFERENCES t${at - 1} (id)` : ''});
  CREATE INDEX ON t${at} (at) WHERE total > 0; CREATE VIEW v${at} AS SELECT id, name FROM t${at} WHERE status = 'new';`,
).join('\n');
const ALL = `CREATE TYPE state AS ENUM ('new', 'old'); ${SCHEMA}`;
/** One in this number of databases or schemas has drifted. */
const DRIFTED = 50;

/** The largest accepted ratios of time and memory for twice the number, on a machine with other work. */
const WORST = { seconds: 3, megabytes: 1.5 };

/** The number of databases and schemas that exist. The larger run adds to those of the smaller run. */
const made = [];
let tenants;
let count = 0;

const dir = await mkdtemp(path.join(os.tmpdir(), 'driftmark-fleet-'));
try {
  await withScratchServer({ engine: 'embedded', projectDir: dir, notice: console.error }, async (server) => {
    const template = await server.createDatabase();
    await sql(template, ALL);
    await writeFile(path.join(dir, 'package.json'), '{ "name": "fleet" }');
    await run(['show', urlOf(template), '--output-file', 'report.sql.md']);
    await table('databases', databases, (size) => overDatabases(server, template, size));
    await table('schemas', schemas, (size) => overSchemas(server, size));
  });
} finally {
  await rm(dir, { recursive: true });
}

async function table(noun, size, measure) {
  const first = await measure(size);
  const second = await measure(2 * size);
  for (const { of, seconds, cpu, megabytes } of [first, second])
    console.log(
      `${String(of).padStart(5)} ${noun}   ${seconds.toFixed(1).padStart(6)} s (${cpu.toFixed(1)} s of the processor)   ${megabytes.toFixed(0).padStart(4)} MB`,
    );
  console.log(
    `      twice as many take ${(second.seconds / first.seconds).toFixed(2)} times as long, ` +
      `and ${(second.megabytes / first.megabytes).toFixed(2)} times the memory\n`,
  );
  for (const [what, most] of Object.entries(WORST))
    if (second[what] > most * first[what]) process.exitCode = 1;
}

async function overDatabases(server, template, size) {
  while (made.length < size) {
    const database = await server.cloneDatabase(template);
    if (made.length % DRIFTED === 0) await sql(database, 'ALTER TABLE t0 ADD note text');
    made.push(urlOf(database));
  }
  await writeFile(path.join(dir, 'urls.txt'), made.join('\n'));
  return {
    of: size,
    ...(await run(['check', '--urls-from', 'urls.txt', '--reporter', 'json', '-o', 'result.json'])),
  };
}

async function overSchemas(server, size) {
  tenants ??= await server.createDatabase();
  const client = await connect(tenants.connection, never);
  for (; count < size; count++) {
    await client.query(`CREATE SCHEMA tenant_${count}; SET search_path = tenant_${count}; ${ALL}`);
    if (count % DRIFTED === 0) await client.query('ALTER TABLE t0 ADD note text');
  }
  await client.query('ANALYZE');
  await client.end();
  return {
    of: size,
    ...(await run([
      'check',
      '--url',
      urlOf(tenants),
      '--schema',
      'tenant_*',
      '--reporter',
      'json',
      '-o',
      'result.json',
    ])),
  };
}

async function sql({ connection }, text) {
  const client = await connect(connection, never);
  await client.query(text);
  await client.end();
}

function urlOf({ connection: { user, host, port, database } }) {
  return `postgres://${user}@/${database}?host=${encodeURIComponent(host)}&port=${port}`;
}

/** Runs the command and measures it. */
async function run(args) {
  const measured = path.join(dir, 'measured.json');
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', MEASURE, BIN, ...args], {
    cwd: dir,
    env: { ...process.env, MEASURED: measured },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = await once(child, 'close');
  if (code === 1) throw new Error(`driftmark ${args.join(' ')} could not do it`);
  const { maxRSS, userCPUTime, systemCPUTime } = JSON.parse(await readFile(measured, 'utf8'));
  return {
    seconds: (performance.now() - began) / 1000,
    cpu: (userCPUTime + systemCPUTime) / 1e6,
    megabytes: maxRSS / 1024,
  };
}
