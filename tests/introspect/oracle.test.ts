import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '#src/postgres/connection-settings.js';
import { dump, postgresTools } from '../support/pg-dump.js';
import { onClone, withBase } from '../support/base.js';
import { changeLines } from '../support/changes.js';
import { CORPUS, corpusDrifts, DRIFTS, NEEDS_LZ4, ownDrifts } from '../support/drift-files.js';
import { oneByOne } from '../support/one-by-one.js';
import { readAll } from '../support/scratch.js';
import { runsAll } from '../support/selection.js';

/** Changes that pg_dump shows and a report does not, each with the reason. */
const NOT_OURS: Readonly<Record<string, string>> = {};

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

describe.each(runsAll ? FOLDERS : FOLDERS.slice(0, 1))(
  'compared with pg_dump, on the changes of $folder',
  ({ folder, drifts }) => {
    it('a report differs if the output of pg_dump does', { timeout: 300_000 }, async (context) => {
      const tools = await postgresTools();
      if (tools.unavailable !== undefined) return context.skip(tools.unavailable);
      await withBase(tools.serverBin, folder, async (server, base) => {
        const major = Math.floor(server.versionNum / 10_000);
        const all = (await drifts()).filter(
          ({ name, since }) => since <= major && (name !== NEEDS_LZ4 || tools.isInstalledServer),
        );
        const dumpOf = (client: Client) => dump(tools, connectionOf(client));
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
        expect(overlooked).toEqual(Object.keys(NOT_OURS));
        expect(left).toEqual([]);
      });
    });
  },
);
