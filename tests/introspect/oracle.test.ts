import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { dump, newestPostgresTools } from '../support/pg-dump.js';
import { onClone, withBase } from '../support/base.js';
import { changeLines } from '../support/changes.js';
import { notChecked, withoutNotChecked } from '../support/not-checked.js';
import { CORPUS, corpusDrifts, DRIFTS, NEEDS_LZ4, ownDrifts } from '../support/drift-files.js';
import { oneByOne } from '../support/one-by-one.js';
import { startServer } from '../support/own-server.js';
import { onDatabase, readAll } from '../support/scratch.js';
import { runsAll } from '../support/selection.js';

const facts = await notChecked();

const FOLDERS = [
  { folder: CORPUS, drifts: corpusDrifts },
  { folder: DRIFTS, drifts: ownDrifts },
];

/** Where a client is connected to. */
const connectionOf = ({ host, port, user = '', database = '' }: Client): ConnectionSettings => ({
  host,
  port,
  user,
  database,
});

// In the default run, the tests of both folders compare each change with what a report is known to say about it.
describe.runIf(runsAll).each(FOLDERS)(
  'compared with pg_dump, on the changes of $folder',
  ({ folder, drifts }) => {
    it('a report differs if the output of pg_dump does', { timeout: 300_000 }, async (context) => {
      const tools = await newestPostgresTools();
      if (tools.unavailable !== undefined) return context.skip(tools.unavailable);
      await withBase(tools.serverBin, folder, async (server, base) => {
        const major = Math.floor(server.versionNum / 10_000);
        const all = (await drifts()).filter(
          ({ name, since }) => since <= major && (name !== NEEDS_LZ4 || tools.isInstalledServer),
        );
        const dumpOf = async (client: Client) =>
          withoutNotChecked(await dump(tools, connectionOf(client)), facts);
        const before = await onClone(server, base, async (client) => ({
          schema: await readAll(client),
          dump: await dumpOf(client),
        }));
        const overlooked: string[] = [];
        const left = await oneByOne({ server, base }, all, {
          changed: async (client, { name }) => {
            // Where the report tells something, whatever the dump does is as it should be.
            const isTold = changeLines(before.schema, await readAll(client)).length > 0;
            if (!isTold && (await dumpOf(client)) !== before.dump) overlooked.push(name);
          },
          leftovers: async (client) => {
            const lines = changeLines(before.schema, await readAll(client));
            if (lines.length > 0) return lines;
            return (await dumpOf(client)) === before.dump ? [] : ['the dump differs'];
          },
        });
        expect(overlooked).toEqual([]);
        expect(left).toEqual([]);
      });
    });
  },
);

describe('a fact of docs/not-checked.json', () => {
  it.for(facts)('is in a dump, and not in a report: $fact', async ({ since = 0, ...fact }, { skip }) => {
    const tools = await newestPostgresTools();
    if (tools.unavailable !== undefined) return skip(tools.unavailable);
    if (since > tools.major) return skip(`pg_dump ${tools.major} does not print it`);
    const { server, stop } = await startServer(tools.serverBin);
    try {
      await onDatabase(server, async (client) => {
        const state = async () => ({
          schema: await readAll(client),
          dump: await dump(tools, connectionOf(client)),
        });
        await client.query(fact.setup);
        const before = await state();
        await client.query(fact.change);
        const after = await state();
        expect(changeLines(before.schema, after.schema)).toEqual([]);
        expect(after.dump).not.toBe(before.dump);
        expect(withoutNotChecked(after.dump, [fact])).toBe(withoutNotChecked(before.dump, [fact]));
      });
    } finally {
      await stop();
    }
  });
});
