import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { connect } from '#src/scratch/client.js';
import { changeLines } from '../support/changes.js';
import { cleanEnv } from '../support/cli.js';
import { newerClient, regressionTests } from '../support/debian-packages.js';
import { inFolder } from '../support/folders.js';
import { startServer } from '../support/own-server.js';
import { postgresBin } from '../support/postgres-versions.js';
import { asReport, readAll } from '../support/scratch.js';
import { runsAll } from '../support/selection.js';

const exec = promisify(execFile);

/** Where the regression tests of a version come from. */
const SUITES = [
  { major: 15, suite: 'bookworm' },
  { major: 18, suite: 'forky' },
] as const;

/** What pg_dump does not restore as it was, each with the reason. */
const NOT_RESTORED: readonly (readonly [change: RegExp, reason: string])[] = [
  [/^order: /, 'the columns of an inheritance child: the inherited ones come first'],
];

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

describe.runIf(runsAll)('the schema that PostgreSQL’s regression tests leave', () => {
  it.for(SUITES)(
    'on version $major is in a report, and in a restored dump',
    { timeout: 1_200_000 },
    async ({ major, suite }, { skip }) => {
      const [sources, client, binaries] = [
        await regressionTests(major, suite),
        await newerClient(18, 'forky'),
        await postgresBin(major),
      ];
      for (const each of [sources, client, binaries])
        if (each.unavailable !== undefined) return skip(each.unavailable);
      if (sources.unavailable !== undefined || client.unavailable !== undefined) return;
      if (binaries.unavailable !== undefined) return;
      const { server, stop } = await startServer(binaries.bin);
      try {
        await inFolder(async (work) => {
          await mkdir(path.join(work, 'results'));
          const run = async (program: string, connection: ConnectionSettings, args: readonly string[]) => {
            const { host, port, user, database } = connection;
            const { stdout } = await exec(
              path.join(client.dir, program),
              [`--host=${host}`, `--port=${port}`, `--username=${user}`, `--dbname=${database}`, ...args],
              {
                cwd: sources.dir,
                maxBuffer: 1024 ** 3,
                timeout: 120_000,
                env: cleanEnv({
                  LC_ALL: 'C',
                  PGTZ: 'America/Los_Angeles',
                  PGDATESTYLE: 'Postgres, MDY',
                  PG_ABS_SRCDIR: sources.dir,
                  PG_ABS_BUILDDIR: work,
                  PG_LIBDIR: '/nonexistent',
                  PG_DLSUFFIX: '.so',
                }),
              },
            );
            return stdout;
          };
          const original = await server.createDatabase();
          // psql goes on after an error. It fails if the server ends: a test of a newer minor version may crash it.
          const ended: string[] = [];
          for (const test of await testsIn(sources.dir))
            await run('psql', original.connection, [
              '--quiet',
              '--no-psqlrc',
              '--output=/dev/null',
              `--file=sql/${test}.sql`,
            ]).catch(async () => {
              ended.push(test);
              await untilReachable(original.connection);
            });
          expect(ended.length).toBeLessThan(4);
          const read = async (connection: ConnectionSettings) => {
            const reader = await connect(connection, new AbortController().signal);
            try {
              return await readAll(reader);
            } finally {
              await reader.end();
            }
          };
          const schema = await read(original.connection);
          expect(schema.objects.table.length).toBeGreaterThan(300);
          const report = asReport(schema);
          expect(parse(render(report))).toEqual(report);
          expect(compare({ from: schema, to: await read(original.connection) })).toEqual([]);

          const dump = path.join(work, 'dump.sql');
          await run('pg_dump', original.connection, ['--schema-only', `--file=${dump}`]);
          const restored = await server.createDatabase();
          await run('psql', restored.connection, ['--quiet', '--no-psqlrc', `--file=${dump}`]);
          const lines = changeLines(schema, await read(restored.connection));
          expect(lines.filter((line) => !NOT_RESTORED.some(([change]) => change.test(line)))).toEqual([]);
        });
      } finally {
        await stop();
      }
    },
  );
});
