import { beforeEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../support/cluster.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { race } from '../support/race.js';
import { RACES, RACING_SCHEMA } from '../support/races.js';
import { runsAll } from '../support/selection.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { caughtUp } from '../support/standby.js';

const MAJORS: readonly PostgresMajor[] = [14, 18];
const READS = 4;
const STANDBY_READS = 16;

describe.runIf(runsAll).each(MAJORS)('a reading of PostgreSQL %d while it changes at random', (major) => {
  let primary: Cluster;
  let standby: Cluster;
  const clusters = sharedClusters(major, async ({ make, standbyOf }) => {
    primary = await make('primary', { wal_level: 'replica' });
    standby = await standbyOf(primary, 'standby', { max_standby_streaming_delay: '0' });
    await primary.start();
    await standby.start();
    const admin = await primary.connect();
    await admin.query('CREATE DATABASE racing');
    await admin.end();
    const client = await primary.connect('racing');
    await client.query(RACING_SCHEMA);
    await client.end();
    await caughtUp(primary, standby);
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  it.skipIf(major !== 18).each(Object.entries(RACES))(
    'gives no schema that never existed while %s',
    async (_what, steps) => {
      const { torn, reads } = await race({
        primary,
        reader: primary,
        database: 'racing',
        steps,
        pause: 4,
        retries: 1,
        goesOn: (counts) => counts.reads < READS,
      });
      expect(reads).toBe(READS);
      expect(torn).toEqual([]);
    },
  );

  // The short form of benchmarks/soak.ts.
  it('gives no schema that never existed on a standby, with all changes at random', async () => {
    const steps = [
      ...Object.values(RACES).flat(),
      'VACUUM pg_class, pg_attribute, pg_type, pg_proc, pg_rewrite',
    ];
    const counts = await race({
      primary,
      reader: standby,
      database: 'racing',
      steps,
      pause: 4,
      retries: 3,
      goesOn: ({ reads }) => reads < STANDBY_READS,
    });
    expect(counts.torn).toEqual([]);
    expect(counts.reads).toBe(STANDBY_READS);
  });
});
