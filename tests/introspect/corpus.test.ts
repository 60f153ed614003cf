import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportText } from '../support/changes.js';
import { withSharedBase } from '../support/shared-server.js';
import { CORPUS, corpusDrifts, NEEDS_LZ4 } from '../support/drift-files.js';
import { proveAsKnown, proveEach } from '../support/proof.js';
import { onDatabase, readMade } from '../support/scratch.js';
import { majors, runsAll } from '../support/selection.js';

/** No schema: whether a materialized view was ever filled, and an extension's version unless it is asked for. */
const NO_CHANGE = ['127-matview-with-no-data', '197-extension-version'];

const FILE = `${CORPUS}/changes.txt`;

// A reading for each change: a busy machine takes its time.
describe.each(majors())('the corpus of drifts on PostgreSQL %d', (major) => {
  it(
    'reports each change by object, fact and class, and nothing after it is undone',
    { timeout: 1_200_000 },
    async (context) => {
      const drifts = (await corpusDrifts()).filter(({ name, since }) => name !== NEEDS_LZ4 && since <= major);
      const silent = { silent: NO_CHANGE };
      const result = await withSharedBase(major, CORPUS, async (server, base) => {
        if (major < 18 || !runsAll)
          return proveAsKnown({ server, base }, drifts, await readFile(FILE, 'utf8'), silent);
        const told = await proveEach({ server, base }, drifts, silent);
        return expect(`${told.join('\n')}\n`).toMatchFileSnapshot(`../../${FILE}`);
      });
      if (result && 'unavailable' in result) context.skip(result.unavailable);
    },
  );

  it('gives the same bytes for one schema that was made in two ways', async (context) => {
    const files = await readdir(path.join(CORPUS, 'equivalent'));
    const names = new Set(files.map((file) => file.replace(/\.[ab]\.sql$/, '')));
    const result = await withSharedBase(major, CORPUS, async (server) => {
      await onDatabase(server, async (client) => {
        const textOf = async (file: string) =>
          reportText(await readMade(client, await readFile(path.join(CORPUS, 'equivalent', file), 'utf8')));
        for (const name of names)
          expect(await textOf(`${name}.b.sql`), name).toBe(await textOf(`${name}.a.sql`));
      });
      return {};
    });
    if ('unavailable' in result) context.skip(result.unavailable);
  });
});
