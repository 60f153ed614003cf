import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { connect } from '#src/scratch/client.js';
import { cleanEnv } from './cli.js';

const exec = promisify(execFile);

/** The versions whose regression tests are run, and the suite of Debian that they come from. */
export const REGRESSION_SUITES = [
  { major: 15, suite: 'bookworm' },
  { major: 18, suite: 'forky' },
] as const;

export interface RegressionTests {
  /** The folder of the tests. */
  readonly sources: string;
  /** A folder for what the tests write. */
  readonly work: string;
  /** The folder of `psql` and `pg_dump`. */
  readonly programs: string;
}

/** Runs a client program in the environment that the tests expect. Returns what it prints. */
export async function runClient(
  { sources, work, programs }: RegressionTests,
  program: 'psql' | 'pg_dump',
  { host, port, user, database }: Pick<ConnectionSettings, 'host' | 'port' | 'user' | 'database'>,
  args: readonly string[],
): Promise<string> {
  const { stdout } = await exec(
    path.join(programs, program),
    [`--host=${host}`, `--port=${port}`, `--username=${user}`, `--dbname=${database}`, ...args],
    {
      cwd: sources,
      maxBuffer: 1024 ** 3,
      timeout: 120_000,
      env: cleanEnv({
        LC_ALL: 'C',
        PGTZ: 'America/Los_Angeles',
        PGDATESTYLE: 'Postgres, MDY',
        PG_ABS_SRCDIR: sources,
        PG_ABS_BUILDDIR: work,
        PG_LIBDIR: '/nonexistent',
        PG_DLSUFFIX: '.so',
      }),
    },
  );
  return stdout;
}

/**
 * Runs PostgreSQL's regression tests in a database, in which their objects stay.
 * @returns the tests during which the server ended: a test of a newer minor version may crash it.
 */
export async function makeRegressionSchema(
  tests: RegressionTests,
  connection: ConnectionSettings,
): Promise<readonly string[]> {
  await mkdir(path.join(tests.work, 'results'));
  const ended: string[] = [];
  // psql goes on after an error. It fails if the server ends.
  for (const test of await testsIn(tests.sources))
    await runClient(tests, 'psql', connection, [
      '--quiet',
      '--no-psqlrc',
      '--output=/dev/null',
      `--file=sql/${test}.sql`,
    ]).catch(async () => {
      ended.push(test);
      await untilReachable(connection);
    });
  return ended;
}

/** Tests that need more than a server, or that may end it, and create nothing that stays. */
const LEFT_OUT = new Set([
  'tablespace',
  'database',
  'infinite_recurse',
  'largeobject',
  'stats',
  'sysviews',
  'vacuum_parallel',
]);

/** The tests in the order in which PostgreSQL runs them. */
async function testsIn(dir: string): Promise<readonly string[]> {
  const schedule = await readFile(path.join(dir, 'parallel_schedule'), 'utf8');
  return [...schedule.matchAll(/^test: (.*)$/gm)]
    .flatMap(([, names = '']) => names.trim().split(/\s+/))
    .filter((name) => !LEFT_OUT.has(name));
}

/** A server that crashed accepts connections again after its recovery. */
async function untilReachable(connection: ConnectionSettings): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt++) {
    const client = await connect(connection, new AbortController().signal).catch(() => undefined);
    await client?.end();
    if (client) return;
    await sleep(500);
  }
}
