import type { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '#src/connection.js';
import { dump, postgresTools, type PostgresTools } from '../support/pg-dump.js';
import { copies, onClone, withBaseOn } from '../support/base.js';
import { reportText } from '../support/changes.js';
import { CORPUS, corpusDrifts, DRIFTS, NEEDS_LZ4, ownDrifts } from '../support/drift-files.js';
import { readAll } from '../support/scratch.js';

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

describe.each(FOLDERS)('beside pg_dump, on the changes of $folder', ({ folder, drifts }) => {
  it('a report differs wherever its output does', { timeout: 300_000 }, async (context) => {
    const tools = await postgresTools();
    if (tools.unavailable !== undefined) return context.skip(tools.unavailable);
    await withBaseOn(tools.serverBin, folder, async (server, base) => {
      const major = Math.floor(server.versionNum / 10_000);
      const before = await onClone(server, base, (client) => look(tools, client));
      const copy = copies(server, base);
      const overlooked: string[] = [];
      let noticed = 0;
      for (const { name, since, change } of await drifts()) {
        if (since > major || (name === NEEDS_LZ4 && !tools.isInstalledServer)) continue;
        const client = await copy.client();
        await client.query(change);
        const after = await look(tools, client);
        await copy.discard();
        if (after.dump === before.dump) continue;
        noticed++;
        if (after.report === before.report) overlooked.push(name);
      }
      expect(overlooked).toEqual(Object.keys(NOT_OURS));
      expect(noticed).toBeGreaterThan(90);
    });
  });
});

async function look(tools: PostgresTools, client: Client) {
  return {
    dump: await dump(tools, connectionOf(client)),
    report: reportText(await readAll(client)),
  };
}
