import type pg from 'pg';
import { isStaleName, quoteOwnName } from '../names.js';

const hour = 60 * 60;

/**
 * Drops the scratch databases that killed runs left: with a name in driftmark's format, older than an hour, and
 * without connections. FORCE is not used, so that a database with a new connection stays. Databases that this role
 * may not drop are skipped.
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
