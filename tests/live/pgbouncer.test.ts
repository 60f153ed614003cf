import { readFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { reportText } from '../support/changes.js';
import type { Cluster, Clusters } from '../support/cluster.js';
import { read, readAddress } from '../support/live-read.js';
import { pgbouncer, pgbouncerIsMissing, type Pooler } from '../support/pgbouncer.js';
import { sharedClusters } from '../support/shared-clusters.js';

/** Everything that a client could leave in the session of a server. */
const SESSION = `SELECT
  (SELECT json_object_agg(name, setting ORDER BY name) FROM pg_settings WHERE name NOT LIKE 'transaction%') AS settings,
  (SELECT count(*) FROM pg_prepared_statements)::integer AS prepared,
  (SELECT count(*) FROM pg_cursors WHERE statement NOT LIKE '%pg_cursors%')::integer AS cursors,
  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')::integer AS locks,
  pg_my_temp_schema()::integer AS temporary, pg_backend_pid() AS pid`;

describe.each(['transaction', 'session'] as const)('a live database behind PgBouncer in %s mode', (mode) => {
  let server: Cluster;
  let pooler: Pooler | undefined;
  let around: Clusters;
  const clusters = sharedClusters(18, async (all) => {
    around = all;
    server = await all.make('server');
    await server.start();
    const admin = await server.connect();
    await admin.query('CREATE DATABASE app');
    await admin.end();
    const client = await server.connect('app');
    for (const name of ['roles', 'base'])
      await client.query(await readFile(`fixtures/drifts/${name}.sql`, 'utf8'));
    await client.end();
    if (pgbouncerIsMissing === false) pooler = await pgbouncer(around, server, mode, ['postgres']);
  });
  afterAll(() => pooler?.stop());
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
    context.skip(pgbouncerIsMissing !== false, pgbouncerIsMissing || undefined);
  });
  const through = (): Pooler => {
    if (!pooler) throw new Error('PgBouncer was not started');
    return pooler;
  };

  it('has the same schema as without PgBouncer', async () => {
    const direct = reportText(await read(server));
    expect(reportText(await readAddress(through().url('app', 'postgres')))).toBe(direct);
  });

  it('is read without leaving a setting in the server connection', async () => {
    const sessionOf = async () => {
      const client = await through().connect('app', 'postgres');
      try {
        return (await client.query<{ pid: number }>(SESSION)).rows[0];
      } finally {
        await client.end();
      }
    };
    const before = await sessionOf();
    await readAddress(through().url('app', 'postgres'));
    expect(await sessionOf()).toEqual(before);
  });

  it('can be read by several clients in parallel', async () => {
    const url = through().url('app', 'postgres');
    const texts = await Promise.all([1, 2, 3].map(async () => reportText(await readAddress(url))));
    expect(new Set(texts).size).toBe(1);
  });
});
