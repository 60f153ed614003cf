import type pg from 'pg';
import { isStaleName, quoteOwnName } from '../names.js';

const hour = 60 * 60;

/**
 * Drops the scratch databases that killed runs left: of our form of name, older than an hour, nobody
 * connected. Without FORCE, so that one which somebody just entered stays. Those of others, which we may
 * not drop, are left alone.
 */
export async function dropStale(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT datname AS name FROM pg_catalog.pg_database AS d
      WHERE datname LIKE 'driftmark\\_scratch\\_%'
        AND pg_catalog.pg_has_role(datdba, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid)`,
  );
  for (const { name } of rows) {
    if (!isStaleName(name, hour)) continue;
    await client.query(`DROP DATABASE IF EXISTS ${quoteOwnName(name)}`).catch(() => undefined);
  }
}
