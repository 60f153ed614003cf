import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { withSharedBase } from '../support/shared-server.js';
import { DRIFTS, ownDrifts } from '../support/drift-files.js';
import { proveAsKnown, proveEach } from '../support/proof.js';
import { majors, runsAll } from '../support/selection.js';

const FILE = `${DRIFTS}/changes.txt`;

// Each change is read separately, which takes long on a busy machine.
// The other list of changes, the corpus, is read on the oldest version in every run.
describe.each(runsAll ? majors() : ([18] as const))('one change at a time on PostgreSQL %d', (major) => {
  it(
    'is reported by object, fact and class, and is gone after it is undone',
    { timeout: 1_200_000 },
    async (context) => {
      const drifts = (await ownDrifts()).filter(({ since }) => since <= major);
      const result = await withSharedBase(major, DRIFTS, async (server, base) => {
        if (major < 18 || !runsAll)
          return proveAsKnown({ server, base }, drifts, await readFile(FILE, 'utf8'));
        const told = await proveEach({ server, base }, drifts);
        return expect(`${told.join('\n')}\n`).toMatchFileSnapshot(`../../${FILE}`);
      });
      if (result && 'unavailable' in result) context.skip(result.unavailable);
    },
  );
});
