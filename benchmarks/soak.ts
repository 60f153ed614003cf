/**
 * Reads a standby in a loop while everything changes on its primary. Exits with 1 where a schema was given out that
 * never was, or where nothing could be read.
 */
import { parseArgs } from 'node:util';
import { withBenchmarkClusters } from './clusters.js';
import { POSTGRES_MAJORS } from '../tests/support/postgres-versions.js';
import { race, type RaceCounts } from '../tests/support/race.js';
import { RACES, RACING_SCHEMA } from '../tests/support/races.js';
import { caughtUp } from '../tests/support/standby.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    postgres: { type: 'string', default: '18' },
    pause: { type: 'string', default: '4' },
    retries: { type: 'string', default: '10' },
  },
});
const major = POSTGRES_MAJORS.find((each) => String(each) === values.postgres);
if (major === undefined) throw new Error(`--postgres is one of ${POSTGRES_MAJORS.join(', ')}`);

const tell = ({ reads, accepted, attempts, statements, torn, failures }: RaceCounts) =>
  `${reads} readings, ${accepted} schemas, ${attempts - reads} retries, ${statements} changes, ` +
  `${torn.length} torn, ${[...failures.values()].reduce((sum, count) => sum + count, 0)} gave up`;

const result = await withBenchmarkClusters(major, async ({ make, standbyOf }) => {
  const primary = await make('primary', { wal_level: 'replica' });
  const standby = await standbyOf(primary, 'standby', { max_standby_streaming_delay: '0' });
  await primary.start();
  await standby.start();
  const client = await primary.connect();
  await client.query(RACING_SCHEMA);
  await client.end();
  await caughtUp(primary, standby);
  let until: number | undefined;
  let told = performance.now();
  return race({
    primary,
    reader: standby,
    database: 'postgres',
    steps: [...Object.values(RACES).flat(), 'VACUUM pg_class, pg_attribute, pg_type, pg_proc, pg_rewrite'],
    pause: Number(values.pause),
    retries: Number(values.retries),
    goesOn: (counts) => {
      until ??= performance.now() + Number(values.minutes) * 60_000;
      if (performance.now() > told + 30_000) {
        told = performance.now();
        console.log(tell(counts));
      }
      return performance.now() < until;
    },
  });
});

if ('unavailable' in result) {
  console.log(result.unavailable);
  process.exitCode = 1;
} else {
  console.log(`PostgreSQL ${major}, ${values.minutes} minutes: ${tell(result)}`);
  for (const [reason, count] of result.failures) console.log(`  gave up ${count} times: ${reason}`);
  for (const text of result.torn.slice(0, 3)) console.log(`\nthis never was:\n${text}`);
  if (result.torn.length > 0 || result.accepted === 0) process.exitCode = 1;
}
