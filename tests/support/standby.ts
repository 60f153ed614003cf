import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from './cluster.js';

/** Waits until the standby has replayed all that the primary has written. */
export async function caughtUp(primary: Cluster, standby: Cluster): Promise<void> {
  const [here, there] = [await primary.connect(), await standby.connect()];
  try {
    const { rows } = await here.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
    for (;;) {
      const { rows: replayed } = await there.query<{ done: boolean }>(
        'SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done',
        [rows[0]?.lsn],
      );
      if (replayed[0]?.done) return;
      await sleep(20);
    }
  } finally {
    await here.end();
    await there.end();
  }
}
