import path from 'node:path';
import type { FolderListing } from '../folder-listing.js';
import { renamedHistory } from './configured-history.js';
import { defineLayout } from './layout.js';
import { pairByVersion, wholeText, type SideFile } from './sql-files.js';

/** `<n>.do.sql`, `<n>.do.<title>.sql` and the same with `undo`: `postgrator.js`. */
const FILE = /^(\d+)\.(do|undo)(?:\..*)?\.sql$/;

/** postgrator sends each file as one simple query and opens no transaction. */
export const postgrator = defineLayout({
  name: 'postgrator',
  title: 'postgrator',
  docs: { files: '`001.do.name.sql`, `001.undo.name.sql`' },
  defaultFolders: ['migrations'],
  detect: (folder) => {
    const first = folder.files.find((file) => FILE.test(file));
    return first === undefined
      ? undefined
      : { strength: 'certain', file: path.join(folder.dir, first), mark: `\`${first}\`` };
  },
  read: async (folder) => {
    const sides = folder.files.flatMap((file): SideFile[] => {
      const [, version, side] = FILE.exec(file) ?? [];
      return version === undefined
        ? []
        : [{ file, version: BigInt(version), side: side === 'do' ? 'up' : 'down' }];
    });
    const pairs = await pairByVersion(folder, sides, (source) => wholeText(source, { transaction: false }));
    return {
      ...pairs,
      session: 'keep',
      historyTables: renamedHistory('postgrator', await historyTableOf(folder)),
    };
  },
});

/** `schemaTable` in the configuration of its command line. */
async function historyTableOf(folder: FolderListing): Promise<string | undefined> {
  for (const name of ['.postgratorrc.json', '.postgratorrc', '.postgratorrc.yml', 'postgrator.config.js']) {
    const config = await folder.above(name);
    const found = /["']?\bschemaTable["']?\s*:\s*["']?([\w."]+?)["']?[,\s}]/.exec(config?.text ?? '')?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}
