import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { DriftmarkError } from '#src/errors.js';
import { reportText } from '../support/changes.js';
import type { Cluster } from '../support/cluster.js';
import { read } from '../support/live-read.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { sharedClusters } from '../support/shared-clusters.js';
import { caughtUp } from '../support/standby.js';

const MAJORS: readonly PostgresMajor[] = [14, 18];

describe.each(MAJORS)('a hot standby of PostgreSQL %d', (major) => {
  let primary: Cluster;
  let standby: Cluster;
  let expected: string;
  const clusters = sharedClusters(major, async ({ make, standbyOf }) => {
    primary = await make('primary', { wal_level: 'replica' });
    standby = await standbyOf(primary, 'standby', { max_standby_streaming_delay: '0' });
    await primary.start();
    await standby.start();
    const admin = await primary.connect();
    await admin.query('CREATE DATABASE app');
    await admin.end();
    const client = await primary.connect('app');
    for (const name of ['roles', 'base'])
      await client.query(await readFile(`fixtures/drifts/${name}.sql`, 'utf8'));
    await client.end();
    await caughtUp(primary, standby);
    expected = reportText(await read(primary));
  });
  beforeEach((context) => {
    clusters.skipUnlessThere(context);
  });

  /** Reads, and disturbs the reading as soon as it runs. Returns how often the reading was started. */
  async function disturbedOnce(disturb: () => Promise<void>): Promise<number> {
    let attempts = 0;
    const groups = (names: readonly string[]) => {
      attempts++;
      return [names];
    };
    const watcher = await standby.connect();
    const reading = read(standby, { retries: 12, groups });
    reading.catch(() => undefined);
    for (;;) {
      const { rows } = await watcher.query(
        `SELECT FROM pg_stat_activity WHERE application_name = 'driftmark' AND state = 'active'`,
      );
      if (rows.length > 0) break;
      await sleep(1);
    }
    await watcher.end();
    await disturb();
    expect(reportText(await reading)).toBe(expected);
    return attempts;
  }

  /**
   * Reads, and disturbs the reading until it has to start again. A disturbance between two statements, or after the
   * last one, has no effect.
   */
  async function disturbed(disturb: () => Promise<void>): Promise<void> {
    let attempts = 0;
    for (let times = 0; attempts < 2 && times < 50; times++) attempts = await disturbedOnce(disturb);
    expect(attempts).toBeGreaterThan(1);
  }

  it.each(['pg_cancel_backend', 'pg_terminate_backend'])('is read again after %s', async (how) => {
    const admin = await standby.connect();
    await disturbed(async () => {
      await admin.query(`SELECT ${how}(pid) FROM pg_stat_activity WHERE application_name = 'driftmark'`);
    });
    await admin.end();
  });

  it('is read again after a restart in the middle of it', async () => {
    await disturbed(async () => {
      await standby.halt('immediate');
      await standby.start();
    });
  });

  it('is read again if the primary removes rows that the reader still sees', async () => {
    const writer = await primary.connect('app');
    const watcher = await standby.connect();
    const conflicts = async () => {
      const { rows } = await watcher.query<{ count: string }>(
        `SELECT (confl_snapshot + confl_lock)::text AS count FROM pg_stat_database_conflicts WHERE datname = 'app'`,
      );
      return Number(rows[0]?.count ?? 0);
    };
    const before = await conflicts();
    await disturbed(async () => {
      const now = await conflicts();
      // The standby removes the rows that a vacuum removed, and cancels queries that may still see them.
      for (let tries = 0; tries < 20 && (await conflicts()) === now; tries++) {
        await writer.query('CREATE TABLE app.passing (id integer)');
        await writer.query('DROP TABLE app.passing');
        await writer.query('VACUUM pg_class, pg_attribute, pg_type, pg_depend');
        await sleep(50);
      }
    });
    expect(await conflicts()).toBeGreaterThan(before);
    await writer.end();
    await watcher.end();
  });

  it('fails with the reason if every reading is disturbed', async () => {
    const admin = await standby.connect();
    const done = new AbortController();
    const ending = (async () => {
      while (!done.signal.aborted) {
        await admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'driftmark'`,
        );
        await sleep(1);
      }
    })();
    const error: unknown = await read(standby, { retries: 1 }).catch((thrown: unknown) => thrown);
    done.abort();
    await ending;
    await admin.end();
    if (!(error instanceof DriftmarkError)) throw new Error('the reading succeeded', { cause: error });
    expect(error).toMatchObject({ code: 'read-failed', exitCode: 1 });
    const details = Object.fromEntries(error.details.map(({ label, text }) => [label, text]));
    expect(details).toMatchObject({ attempts: '2' });
    // The server's reason comes with the query that runs, or between two queries.
    expect(details.reason).toMatch(/^terminating connection|^the server closed the connection/);
  });

  it('can become the primary during a reading', async () => {
    await disturbedOnce(async () => {
      const admin = await standby.connect();
      await admin.query('SELECT pg_promote()');
      await admin.end();
    });
    expect(reportText(await read(standby))).toBe(expected);
  });
});
