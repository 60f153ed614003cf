import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { connect } from '#src/scratch/client.js';
import { changeLines } from '../support/changes.js';
import { newerClient, regressionTests } from '../support/debian-packages.js';
import { inFolder } from '../support/folders.js';
import { startServer } from '../support/own-server.js';
import { makeRegressionSchema, REGRESSION_SUITES, runClient } from '../support/regression-schema.js';
import { postgresBin } from '../support/postgres-versions.js';
import { asReport, readAll } from '../support/scratch.js';
import { runsAll } from '../support/selection.js';

/** What pg_dump does not restore as it was, each with the reason. */
const NOT_RESTORED: readonly (readonly [change: RegExp, reason: string])[] = [
  [/^order: /, 'the columns of an inheritance child: the inherited ones come first'],
];

describe.runIf(runsAll)('the schema that PostgreSQL’s regression tests leave', () => {
  it.for(REGRESSION_SUITES)(
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
          const tests = { sources: sources.dir, work, programs: client.dir };
          const original = await server.createDatabase();
          const ended = await makeRegressionSchema(tests, original.connection);
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
          await runClient(tests, 'pg_dump', original.connection, ['--schema-only', `--file=${dump}`]);
          const restored = await server.createDatabase();
          await runClient(tests, 'psql', restored.connection, ['--quiet', '--no-psqlrc', `--file=${dump}`]);
          const lines = changeLines(schema, await read(restored.connection));
          expect(lines.filter((line) => !NOT_RESTORED.some(([change]) => change.test(line)))).toEqual([]);
        });
      } finally {
        await stop();
      }
    },
  );
});
