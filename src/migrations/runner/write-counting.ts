import type pg from 'pg';
import type { MigrationsFolder } from '../layouts/layout.js';

/** Keeps the server's counters of written rows complete. */
export interface WriteCounting {
  /**
   * Adds what a session wrote to the counters, after the statements `before`. Without a session, the counters are
   * incomplete from now on; also if the session is in a failed transaction.
   */
  readonly flush: (client: pg.Client | undefined, before?: string) => Promise<void>;
  /** Whether the counters contain everything that was written so far. */
  readonly isComplete: () => boolean;
}

/**
 * A session adds what it wrote to the server's counters about once a second, and at its end. From PostgreSQL 15 on, a
 * function makes it do so immediately.
 * @see https://www.postgresql.org/docs/18/monitoring-stats.html
 */
export function writeCounting({ migrations, onConnect = [] }: MigrationsFolder): WriteCounting {
  const texts = [
    ...onConnect,
    ...migrations.flatMap(({ up, down }) => [up?.source ?? '', down?.source ?? '']),
  ];
  let isComplete = !texts.some((text) => EVADING.test(text));
  return {
    flush: async (client, before = '') => {
      if (isComplete) {
        const answer: unknown = await client?.query(`${before} ${FLUSH}`).catch(() => undefined);
        isComplete = isFlushed(Array.isArray(answer) ? answer.at(-1) : answer);
        if (isComplete) return;
      }
      if (before !== '') await client?.query(before).catch(() => undefined);
    },
    isComplete: () => isComplete,
  };
}

const FLUSH = `SELECT pg_catalog.pg_stat_force_next_flush() WHERE pg_catalog.current_setting('track_counts') = 'on'`;

const isFlushed = (answer: unknown) =>
  typeof answer === 'object' && answer !== null && 'rowCount' in answer && answer.rowCount === 1;

/** Words of statements that change or reset the counters, or write in another session. */
const EVADING =
  /track_counts|pg_stat_reset|dblink|pg_background|\b(program|cron|plsh|pl(?:python|perl|tcl)\w*u)\b/i;
