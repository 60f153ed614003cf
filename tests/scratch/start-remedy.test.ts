import { expect, it } from 'vitest';
import { remedyFor } from '#src/scratch/embedded/start.js';

it.each([
  { log: 'FATAL:  could not write to file "pg_wal/x": No space left on device', remedy: /^Free some disk/ },
  { log: 'FATAL:  could not extend file "base/1"\nHINT:  Check free disk space.', remedy: /^Free some disk/ },
  { log: 'FATAL:  could not create lock file: Permission denied', remedy: /^Check the log of the server/ },
])('a server that does not start with $log has the remedy $remedy', ({ log, remedy }) => {
  expect(remedyFor(log)).toMatch(remedy);
});
