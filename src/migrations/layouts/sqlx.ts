import path from 'node:path';
import { displayPath } from '../errors/source-location.js';
import { renamedHistory } from './configured-history.js';
import type { FolderListing } from '../folder-listing.js';
import { defineLayout } from './layout.js';
import { crateEvidence, pairByVersion, refusal, wholeText, type SideFile } from './sql-files.js';

/** sqlx splits a name at the first `_`: `sqlx-core/src/migrate/source.rs`. */
const FILE = /^([^_]*)_.*\.sql$/;
/** The text begins with exactly this: `sqlx-core/src/migrate/migration.rs`. */
const NO_TRANSACTION = '-- no-transaction';

/** sqlx sends each file as one simple query in a transaction of its own, unless it begins with `-- no-transaction`. */
export const sqlx = defineLayout({
  name: 'sqlx',
  title: 'sqlx',
  docs: { files: '`1_name.sql`, `1_name.up.sql`, `1_name.down.sql`' },
  defaultFolders: ['migrations'],
  transactionRemedy: `Begin the file with the line \`${NO_TRANSACTION}\`, and leave no other statement in it.`,
  detect: async (folder) => {
    const first = folder.files.find((file) => /^\d+_.*\.sql$/.test(file));
    if (first === undefined) return undefined;
    const config = await folder.above('sqlx.toml');
    if (config) return { strength: 'certain', file: config.file, mark: '`sqlx.toml`' };
    const dependency = await crateEvidence(folder, 'sqlx');
    if (dependency) return dependency;
    return { strength: 'possible', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder) => {
    const pairs = await pairByVersion(
      folder,
      folder.files.flatMap((file) => sideOf(folder, file)),
      (part) => wholeText(part, { transaction: !part.source.startsWith(NO_TRANSACTION) }),
    );
    const config = await folder.above('sqlx.toml');
    const [, table] = /^\s*table-name\s*=\s*["']([^"']+)["']/m.exec(config?.text ?? '') ?? [];
    // All files run on one connection, which keeps its settings.
    return { ...pairs, session: 'keep', historyTables: renamedHistory('sqlx', table) };
  },
});

function sideOf(folder: FolderListing, file: string): SideFile[] {
  const version = FILE.exec(file)?.[1];
  if (version === undefined) return [];
  if (!/^\d+$/.test(version))
    throw refusal(
      { file: path.join(folder.dir, file) },
      `${displayPath(path.join(folder.dir, file))} does not begin with a number, so sqlx would refuse the folder.`,
      'Rename the file, or move it out of the folder.',
    );
  return [{ file, version: BigInt(version), side: file.endsWith('.down.sql') ? 'down' : 'up' }];
}
