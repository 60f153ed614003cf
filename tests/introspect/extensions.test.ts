import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { parse, render } from '#src/report/formats.js';
import { compare } from '#src/schema/compare.js';
import { startServer } from '../support/own-server.js';
import { postgresTools } from '../support/pg-dump.js';
import { asReport, onDatabase, readAll } from '../support/scratch.js';
import { sharedServer } from '../support/shared-server.js';
import { runsAll } from '../support/selection.js';

/** Creates every extension that the server has, and returns those that it could not create. */
async function createAll(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM pg_available_extensions ORDER BY 1',
  );
  const refused: string[] = [];
  for (const { name } of rows)
    await client.query(`CREATE EXTENSION IF NOT EXISTS "${name}" CASCADE`).catch(() => refused.push(name));
  return refused;
}

/** What needs a library of another language, or a setting of the server; Debian's other names of PostGIS (`postgis-3`). */
const MAY_BE_REFUSED = /^(pl|.*_pl|.*plpython|pg_cron|pgaudit|timescaledb|.*-\d$)/;

async function readTwice(client: Client) {
  expect((await createAll(client)).filter((name) => !MAY_BE_REFUSED.test(name))).toEqual([]);
  await client.query('CREATE TABLE own (a int PRIMARY KEY, b text)');
  const schema = await readAll(client);
  const names = schema.objects.extension.map(({ name }) => name);
  expect(names).toContain('intarray');
  expect(parse(render(asReport(schema)))).toEqual(asReport(schema));
  expect(compare({ from: schema, to: await readAll(client) })).toEqual([]);
  return names;
}

describe('every extension of the server', () => {
  it('can be read twice with the same result', async () => {
    const { server, stop } = await sharedServer();
    try {
      await onDatabase(server, readTwice);
    } finally {
      await stop();
    }
  });

  it.runIf(runsAll)('can be read on an installed server, also PostGIS and pgvector', async ({ skip }) => {
    const tools = await postgresTools();
    if (tools.unavailable !== undefined) return skip(tools.unavailable);
    if (!tools.isInstalledServer) return skip('no PostgreSQL server is installed');
    const { server, stop } = await startServer(tools.serverBin);
    try {
      const names = await onDatabase(server, readTwice);
      const missing = ['postgis', 'vector'].filter((name) => !names.includes(name));
      if (missing.length > 0) skip(`not installed on the server: ${missing.join(', ')}`);
    } finally {
      await stop();
    }
  });
});
