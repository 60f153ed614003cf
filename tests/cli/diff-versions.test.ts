import type { Client } from 'pg';
import { expect, it } from 'vitest';
import { connect } from '#src/scratch/client.js';
import type { PostgresMajor } from '../support/postgres-versions.js';
import { driftmarkOnSharedServer, sharedServerOf, urlOf } from '../support/shared-server.js';

/** Two databases with a subscription each, and whether driftmark finds them the same. */
async function compareSubscriptions(
  ...sides: readonly { readonly major: PostgresMajor; readonly options?: string }[]
): Promise<{ readonly code: number | null; readonly stdout: string } | { readonly unavailable: string }> {
  const stops: (() => Promise<void>)[] = [];
  const urls: string[] = [];
  try {
    for (const { major, options = '' } of sides) {
      const found = await sharedServerOf(major);
      if (found.unavailable !== undefined) return found;
      const { connection } = await found.server.createDatabase();
      const client: Client = await connect(connection, new AbortController().signal);
      await client.query(
        `CREATE TABLE t (a int);
         CREATE SUBSCRIPTION su CONNECTION 'dbname=x' PUBLICATION p WITH (connect = false, slot_name = NONE${options})`,
      );
      stops.push(async () => {
        await client.query('DROP SUBSCRIPTION su');
        await client.end();
        await found.stop();
      });
      urls.push(urlOf(connection));
    }
    return await driftmarkOnSharedServer(['diff', ...urls], { cwd: process.cwd() });
  } finally {
    for (const stop of stops) await stop();
  }
}

/** What a dump of a subscription of version 14 sets, so that it behaves as before. */
const RESTORED = ', run_as_owner = true, streaming = off';

it.for([
  { from: { major: 14 }, to: { major: 18 }, code: 0 },
  { from: { major: 14 }, to: { major: 18, options: RESTORED }, code: 0 },
  { from: { major: 18, options: RESTORED }, to: { major: 14 }, code: 0 },
  { from: { major: 14 }, to: { major: 18, options: ', origin = none' }, code: 2 },
  { from: { major: 18 }, to: { major: 18, options: RESTORED }, code: 2 },
] as const)('exits $code for the subscriptions of $from and $to', async ({ from, to, code }, { skip }) => {
  const result = await compareSubscriptions(from, to);
  if ('unavailable' in result) return skip(result.unavailable);
  expect(result.code, result.stdout).toBe(code);
});
