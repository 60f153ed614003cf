import { POSTGRES_MAJORS, type PostgresMajor } from './postgres-versions.js';

/**
 * Whether this run covers everything: `npm run test:all`, or `DRIFTMARK_TEST_ALL=1` before any other way to start
 * Vitest. The default run leaves out what takes long and rarely finds anything that it does not find itself: the
 * PostgreSQL versions between the oldest and the newest, random soak tests, and what has to be downloaded.
 *
 * @example describe.runIf(runsAll)('the packed package', …)
 */
export const runsAll = process.env.DRIFTMARK_TEST_ALL === '1';

const OLDEST_AND_NEWEST = [14, 18] as const satisfies readonly PostgresMajor[];

/** The PostgreSQL versions of this run: all that driftmark supports, or the oldest and the newest of them. */
export const majors = (): readonly PostgresMajor[] => (runsAll ? POSTGRES_MAJORS : OLDEST_AND_NEWEST);
